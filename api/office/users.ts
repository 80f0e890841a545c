/** Accounts and roles, as the administrators of an office keep them. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { addDays, later } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn, toDay } from '../../prisma/day-column.ts';
import { hashPassword } from '../sign-in/password.ts';
import { oneTimePassword } from '../sign-in/sign-in.ts';
import {
  addMembership,
  correctEmail,
  closeAccount,
  createUser,
  endMembership,
  listUsers,
  resetPassword,
} from './contract.ts';
import type { User } from './contract.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { derivedId } from '../http/derived-id.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import type { ApiParts } from '../parts.ts';
import type { Principal } from '../http/principal.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Call, Implementation } from '../http/router.ts';
import { membershipsOf } from './memberships.ts';
import { auditChange, changeOf } from '../http/audit-change.ts';
import { requireScope } from './scope.ts';

export function userRoutes(parts: ApiParts): Implementation[] {
  const { database } = parts;
  return [
    implement(listUsers, async ({ query, principal }) => ({
      body: await database.withActor(principal.actor, (tx) => list(tx, query, principal)),
    })),

    implement(createUser, async (call) => {
      const { name, email, memberships } = call.body;
      const { actor } = call.principal;
      const userId = randomUUID();
      const password = oneTimePassword();
      const hash = await hashPassword(password, parts.passwordMemory);
      const body = await database.withActor(actor, async (tx) => {
        await openAccount(tx, call, { userId, name, email, hash, memberships });
        return one(tx, userId, call.principal);
      });
      return { body: { ...body, oneTimePassword: password } };
    }),

    implement(addMembership, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id: userId } = call.params;
        const id = derivedId(commandId, 'membership');
        await giveRole(tx, call, commandId, { id, userId, ...call.body });
        return { body: await one(tx, userId, call.principal) };
      }),
    ),

    implement(endMembership, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const { today } = call.principal;
        const { until: asked = today } = call.body;
        const membership = await tx.membership.findUnique({ where: { id } });
        if (!membership) throw new Refused('NotFound');
        await requireScope(tx, 'user.write', membership.officeId, { otherwise: 'NotFound' });
        const from = toDay(membership.fromDay);
        // A role that ends at once has yesterday as its last day, or the day before its first.
        const until = asked === 'now' ? addDays(later(today, from), -1) : asked;
        if (asked !== 'now') requireOrder({ from, until }, until);
        const { userId, officeId, untilDay } = membership;
        if (untilDay && until > toDay(untilDay)) await requireGivable(tx, userId, officeId);
        await requireAdministratorLeft(tx, [id], until);
        await tx.membership.updateMany({ where: { id }, data: { untilDay: toColumn(until) } });
        await auditChange(tx, call, membership.officeId, commandId, {
          kind: 'role-ended',
          user: membership.userId,
          role: membership.role,
          until: asked,
          ...changeOf({ until: membership.untilDay && toDay(membership.untilDay) }, { until }),
        });
        return {};
      }),
    ),

    implement(correctEmail, async (call) => ({
      body: await database.withActor(call.principal.actor, async (tx) => {
        const { id: userId } = call.params;
        const [row] = await tx.$queryRaw<{ office: string | null; isFree: boolean }[]>`
          select office, is_free as "isFree" from correct_email(${userId}, ${call.body.email})`;
        if (!row?.office) throw new Refused('NotFound');
        if (!row.isFree) throw new Refused('EmailTaken');
        const change = changeOf({}, { email: call.body.email }, ['email']);
        const event = { kind: 'email-corrected', user: userId, ...change };
        await auditChange(tx, call, row.office, randomUUID(), event);
        return one(tx, userId, call.principal);
      }),
    })),
    implement(closeAccount, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id: userId } = call.params;
        const { today } = call.principal;
        await homeOf(tx, userId);
        const roles = await untilDaysOf(tx, userId);
        const ids = [...roles.keys()];
        await requireAdministratorLeft(tx, ids, addDays(today, -1));
        const [row] = await tx.$queryRaw<{ home: string | null }[]>`
          select close_account(${userId}) as home`;
        if (!row?.home) throw new Refused('NotFound');
        const after = await untilDaysOf(tx, userId);
        const endedRoles = ids.flatMap((membership) => {
          const until = (days: typeof roles) => ({ until: days.get(membership) ?? null });
          const { fields, ...change } = changeOf(until(roles), until(after));
          return fields.length > 0 ? [{ membership, ...change }] : [];
        });
        const event = { kind: 'account-closed', user: userId, endedRoles };
        await auditChange(tx, call, row.home, commandId, event);
        return {};
      }),
    ),

    implement(resetPassword, async (call) => {
      const { id: userId } = call.params;
      const password = oneTimePassword();
      const hash = await hashPassword(password, parts.passwordMemory);
      await database.withActor(call.principal.actor, async (tx) => {
        // Only for accounts that the caller keeps: the new password lets the caller sign in as that person.
        const [row] = await tx.$queryRaw<{ office: string | null }[]>`
          select reset_password(${userId}, ${hash}) as office`;
        if (!row?.office) throw new Refused('NotFound');
        const event = { kind: 'password-reset', user: userId };
        await auditChange(tx, call, row.office, randomUUID(), event);
      });
      return { body: { oneTimePassword: password } };
    }),
  ];
}

type NewMembership = z.output<typeof addMembership.body>;
type Administrator = Pick<Call, 'principal' | 'requestId'>;

/** An account to be opened, with its id and the hash of its one-time password. */
export type NewAccount = {
  userId: string;
  name: string;
  email: string;
  hash: string;
  memberships: NewMembership[];
};

/** Opens an account with its first roles. Its home is where the first of them is. */
export async function openAccount(
  tx: Tx,
  call: Administrator,
  { userId, name, email, hash, memberships }: NewAccount,
): Promise<void> {
  const { today } = call.principal;
  for (const membership of memberships) {
    await requireScope(tx, 'user.write', membership.office);
    requireOrder(membership, today);
  }
  const [first] = memberships;
  if (!first) throw new Error('an account is opened with a role');
  const [row] = await tx.$queryRaw<{ opened: boolean }[]>`
    select open_account(${userId}, ${name}, ${email}, ${hash}, ${first.office}::uuid) as opened`;
  if (!row?.opened) throw new Refused('EmailTaken');
  for (const { office } of memberships) await requirePlace(tx, userId, office);
  await tx.membership.createMany({
    data: memberships.map((membership) => rowOf(userId, membership, today)),
    skipDuplicates: true,
  });
  for (const { office, role, from = today, until } of memberships) {
    const key = `user-added/${userId}/${role}`;
    const given = changeOf({}, { from, until });
    await auditChange(tx, call, office, key, { kind: 'user-added', user: userId, role, ...given });
  }
}

/** Gives a role to somebody whose account the caller keeps, and notes it in the audit under this key. */
export async function giveRole(
  tx: Tx,
  call: Administrator,
  key: string,
  { id, userId, ...membership }: NewMembership & { id: string; userId: string },
): Promise<void> {
  const { today } = call.principal;
  const { office, role } = membership;
  await requireScope(tx, 'user.write', office);
  requireOrder(membership, today);
  await requireGivable(tx, userId, office);
  const row = rowOf(userId, membership, today);
  const { count } = await tx.membership.createMany({
    data: [{ id, ...row }],
    skipDuplicates: true,
  });
  let before: { from?: Day; until?: Day | null } = {};
  // Given before from the same day on, and perhaps ended since.
  if (count === 0) {
    const { untilDay, officeId, fromDay } = row;
    const same = { userId, officeId, role, fromDay };
    const there = await tx.membership.findFirstOrThrow({ where: same });
    const { id: given } = there;
    before = { from: toDay(there.fromDay), until: there.untilDay && toDay(there.untilDay) };
    if (membership.until !== null) await requireAdministratorLeft(tx, [given], membership.until);
    await tx.membership.updateMany({ where: same, data: { untilDay } });
  }
  const change = changeOf(before, { from: toDay(row.fromDay), until: membership.until });
  await auditChange(tx, call, office, key, { kind: 'role-given', user: userId, role, ...change });
}

/** Refuses to end these roles on a day when an office would be left without an administrator. */
export async function requireAdministratorLeft(
  tx: Tx,
  memberships: readonly string[],
  until: Day,
): Promise<void> {
  const [row] = await tx.$queryRaw<{ none: boolean }[]>`
    select leaves_no_administrator(${memberships}::uuid[], ${until}::date) as none`;
  if (row?.none) throw new Refused('LastAdministrator');
}

/** The last days of somebody's roles, by the ids of these. */
async function untilDaysOf(tx: Tx, userId: string): Promise<Map<string, Day | null>> {
  const rows = await tx.membership.findMany({
    where: { userId },
    select: { id: true, untilDay: true },
    orderBy: { id: 'asc' },
  });
  return new Map(rows.map(({ id, untilDay }) => [id, untilDay && toDay(untilDay)]));
}

/** Refuses to give an account a role, or a longer one, unless the caller keeps it and it may work there. */
async function requireGivable(tx: Tx, userId: string, office: string): Promise<void> {
  await homeOf(tx, userId);
  await requirePlace(tx, userId, office);
}

/** The home of an account that the caller keeps; others are answered like those that do not exist. */
async function homeOf(tx: Tx, userId: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ home: string | null }[]>`
    select office_of_own_user(${userId}) as home`;
  if (!row?.home) throw new Refused('NotFound');
  return row.home;
}

// Whoever resets the password of an account could use its roles, so it has none in another institution.
async function requirePlace(tx: Tx, userId: string, office: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ may: boolean }[]>`
    select may_work_in(${userId}, ${office}::uuid) as may`;
  if (!row?.may) throw new Refused('OfficeElsewhere');
}

type Tenure = Pick<z.output<typeof addMembership.body>, 'from' | 'until'>;

function requireOrder({ from, until }: Tenure, today: Day): void {
  const first = from ?? today;
  if (until !== null && until < first) throw new Refused('TenureReversed', { from: first, until });
}

function rowOf(
  userId: string,
  { office: officeId, role, from, until }: z.output<typeof addMembership.body>,
  today: Day,
) {
  const untilDay = until === null ? null : toColumn(until);
  return { userId, officeId, role, fromDay: toColumn(from ?? today), untilDay };
}

type UserBody = z.input<typeof User>;

async function list(
  tx: Tx,
  { q, office, cursor, limit }: z.output<typeof listUsers.query>,
  principal: Principal,
): Promise<{ items: UserBody[]; nextCursor: string | null }> {
  const [lastName = null, lastId = null] =
    cursor === undefined ? [] : readCursor(cursor, [() => true, () => true]);
  const rows = await tx.$queryRaw<UserRow[]>`
    select id, name, email, is_open as "isOpen" from find_users(${q ?? null}, ${office ?? null}::uuid,
      ${lastName}, ${lastId}, ${limit + 1}::int)`;
  const page = rows.slice(0, limit);
  const memberships = await membershipsOf(
    tx,
    page.map(({ id }) => id),
    principal.today,
  );
  const last = page.at(-1);
  return {
    items: page.map((row) => ({ ...row, memberships: memberships.get(row.id) ?? [] })),
    nextCursor: rows.length > limit && last ? writeCursor([last.name, last.id]) : null,
  };
}

async function one(tx: Tx, id: string, { today }: Principal): Promise<UserBody> {
  const [row] = await tx.$queryRaw<UserRow[]>`
    select id, name, email, is_open as "isOpen" from find_user(${id})`;
  if (!row) throw new Refused('NotFound');
  const memberships = await membershipsOf(tx, [id], today);
  return { ...row, memberships: memberships.get(id) ?? [] };
}

type UserRow = Omit<UserBody, 'memberships'>;
