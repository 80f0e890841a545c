/** Office holders: who may sign what, since when, and what a change of them leaves to do. */
import type { z } from 'zod';
import type { Capacity } from '../../domain/office/office.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn, toDay } from '../../prisma/day-column.ts';
import { appointHolder, completeHandover, listHolders, relieveHolder } from './contract.ts';
import type { OfficeHolder } from './contract.ts';
import { isId, readCursor, writeCursor } from '../http/cursor.ts';
import { derivedId } from '../http/derived-id.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import type { ApiParts } from '../parts.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Call, Implementation } from '../http/router.ts';
import { addDays } from '../../domain/shared/day.ts';
import { formatDay } from '../../texts/format.ts';
import { auditChange, changeOf } from '../http/audit-change.ts';
import type { Change } from '../http/audit-change.ts';
import { membershipsById } from './memberships.ts';
import type { MembershipBody } from './memberships.ts';
import { requireScope } from './scope.ts';
import { requireAdministratorLeft } from './users.ts';

export function holderRoutes(parts: ApiParts): Implementation[] {
  const { database } = parts;
  return [
    implement(listHolders, async ({ query, principal }) => ({
      body: await database.withActor(principal.actor, async (tx) => {
        const { cursor, limit } = query;
        const after = cursor === undefined ? undefined : readCursor(cursor, [() => true, isId]);
        const rows = await tx.officeHolder.findMany({
          where: { AND: [await matching(tx, query), after ? behind(after) : {}] },
          include: { office: true },
          orderBy: [{ personName: 'asc' }, { id: 'asc' }],
          take: limit + 1,
        });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        const more = rows.length > limit && last !== undefined;
        return {
          items: await rendered(tx, page),
          nextCursor: more ? writeCursor([last.personName, last.id]) : null,
        };
      }),
    })),

    implement(appointHolder, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const id = derivedId(commandId, 'holder');
        const endedRoles = await appoint(tx, call, commandId, { id, ...call.body });
        const body = { ...(await one(tx, id)), endedRoles };
        return { body, location: `/api/v1/office-holders/${id}` };
      }),
    ),

    implement(relieveHolder, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const { until, keepRoles, alongside } = call.body;
        const holder = await one(tx, id);
        await requireScope(tx, 'holder.write', holder.office.id, { otherwise: 'NotFound' });
        requireOrder(holder.from, until);
        await tx.officeHolder.updateMany({ where: { id }, data: { untilDay: toColumn(until) } });
        if (!alongside) await requireAlone(tx, await one(tx, id));
        const endedRoles = await endRoles(tx, holder, until, keepRoles);
        await announce(tx, holder.office.id);
        await auditChange(tx, call, holder.office.id, commandId, {
          kind: 'holder-relieved',
          holder: id,
          until,
          ...changeOf({ until: holder.until }, { until }),
          endedRoles: endingsOf(holder, endedRoles),
        });
        return { body: { ...(await one(tx, id)), endedRoles } };
      }),
    ),

    implement(completeHandover, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const handover = await tx.handover.findUnique({ where: { id } });
        if (!handover) throw new Refused('NotFound');
        await requireScope(tx, 'holder.write', handover.officeId, { otherwise: 'NotFound' });
        const { today, userId } = call.principal;
        const { count } = await tx.handover.updateMany({
          where: { id, doneOn: null },
          data: { doneOn: toColumn(today), doneBy: userId },
        });
        const done = count > 0 && changeOf({ doneOn: null }, { doneOn: today });
        await announce(tx, handover.officeId);
        await auditChange(tx, call, handover.officeId, commandId, {
          kind: 'handover-done',
          handover: id,
          ...done,
        });
        return {};
      }),
    ),
  ];
}

/** An office holder to be entered, with the id. */
export type NewHolder = z.output<typeof appointHolder.body> & { id: string };

/**
 * Enters an office holder, and notes it in the audit under this key. Answers the roles that ended with the one
 * who is replaced.
 */
export async function appoint(
  tx: Tx,
  call: Pick<Call, 'principal' | 'requestId'>,
  key: string,
  { office, from, until, decree, userId, replaces, keepRoles, alongside, ...holder }: NewHolder,
): Promise<MembershipBody[]> {
  await requireScope(tx, 'holder.write', office);
  requireOrder(from, until);
  const { capacity, signs } = holder;
  if (userId !== null) await requireKnownUser(tx, userId, office);
  const { id } = holder;
  await tx.officeHolder.create({
    data: {
      ...holder,
      officeId: office,
      fromDay: toColumn(from),
      untilDay: until === null ? null : toColumn(until),
      decreeNumber: decree.number,
      decreeDay: toColumn(decree.date),
      userId,
      enteredBy: call.principal.userId,
    },
  });
  const succeeded = replaces === null ? null : await succeed(tx, call, { replaces, id, keepRoles });
  if (!alongside) await requireAlone(tx, await one(tx, id));
  await announce(tx, office);
  await auditChange(tx, call, office, key, {
    kind: 'holder-appointed',
    holder: id,
    replaces,
    ...changeOf({}, { capacity, from, until, signs, user: userId }),
    replaced: succeeded?.change ?? null,
    endedRoles: succeeded ? endingsOf(succeeded.outgoing, succeeded.ended) : [],
  });
  return succeeded?.ended ?? [];
}

type Row = Prisma.OfficeHolderGetPayload<{ include: { office: true } }>;

async function matching(
  tx: Tx,
  { office, signsFor, on }: z.output<typeof listHolders.query>,
): Promise<Prisma.OfficeHolderWhereInput> {
  const held = on !== undefined && {
    fromDay: { lte: toColumn(on) },
    OR: [{ untilDay: null }, { untilDay: { gte: toColumn(on) } }],
  };
  return {
    AND: [
      office === undefined ? {} : { officeId: office },
      signsFor === undefined ? {} : await signingFor(tx, signsFor),
      held || {},
    ],
  };
}

async function signingFor(tx: Tx, party: string): Promise<Prisma.OfficeHolderWhereInput> {
  const office = await tx.office.findUnique({ where: { id: party } });
  if (!office) return { id: { in: [] } };
  return { officeId: { in: office.path }, office: { institutionId: office.institutionId } };
}

function behind([name = '', id = '']: string[]): Prisma.OfficeHolderWhereInput {
  return { OR: [{ personName: { gt: name } }, { personName: name, id: { gt: id } }] };
}

async function one(tx: Tx, id: string): Promise<z.input<typeof OfficeHolder>> {
  const row = await tx.officeHolder.findUnique({ where: { id }, include: { office: true } });
  const [holder] = await rendered(tx, row ? [row] : []);
  if (!holder) throw new Refused('NotFound');
  return holder;
}

async function rendered(tx: Tx, rows: readonly Row[]): Promise<Holder[]> {
  const ids = rows.flatMap(({ id, userId }) => (userId === null ? [] : [id]));
  if (ids.length === 0) return rows.map((row) => inAnswer(row, []));
  const linked = await tx.$queryRaw<{ holder: string; membership: string }[]>`
    select holder, membership from roles_of_holders(${ids}::uuid[])`;
  const roles = await membershipsById(
    tx,
    linked.map(({ membership }) => membership),
  );
  return rows.map((row) => {
    const own = linked.filter(({ holder }) => holder === row.id);
    return inAnswer(
      row,
      roles.filter(({ id }) => own.some(({ membership }) => membership === id)),
    );
  });
}

type Holder = z.input<typeof OfficeHolder>;

function inAnswer(row: Row, roles: MembershipBody[]): Holder {
  return {
    id: row.id,
    office: { id: row.office.id, name: row.office.name },
    personName: row.personName,
    position: row.position,
    capacity: row.capacity as Capacity,
    from: toDay(row.fromDay),
    until: row.untilDay && toDay(row.untilDay),
    signs: row.signs as ('mou' | 'pks')[],
    decree: { number: row.decreeNumber, date: toDay(row.decreeDay) },
    userId: row.userId,
    roles,
  };
}

// Whoever leaves an office keeps no role by oversight: what the account of the same person may do ends on the
// same day, but for what is kept on purpose.
async function endRoles(
  tx: Tx,
  { id, roles }: Holder,
  until: string,
  kept: readonly string[],
): Promise<MembershipBody[]> {
  const ending = roles.flatMap((role) =>
    kept.includes(role.id) || (role.until !== null && role.until <= until) ? [] : [role.id],
  );
  if (ending.length === 0) return [];
  await requireAdministratorLeft(tx, ending, until);
  await tx.$queryRaw`select end_roles_of_holder(${id}::uuid, ${ending}::uuid[], ${until}::date)::text`;
  return membershipsById(tx, ending);
}

// An office has one definitive holder at a time. A second one is mostly a mistake, so somebody has to say that
// it is none. Of two who are entered at once the second sees the first.
async function requireAlone(tx: Tx, { id, office, capacity, from, until }: Holder): Promise<void> {
  if (capacity !== 'definitif') return;
  await tx.$queryRaw`select pg_advisory_xact_lock(72707376, hashtext(${office.id}))::text`;
  const other = await tx.officeHolder.findFirst({
    where: {
      officeId: office.id,
      capacity: 'definitif',
      id: { not: id },
      ...(until !== null && { fromDay: { lte: toColumn(until) } }),
      OR: [{ untilDay: null }, { untilDay: { gte: toColumn(from) } }],
    },
    orderBy: { fromDay: 'desc' },
  });
  if (!other) return;
  throw new Refused('HolderAlready', {
    person: other.personName,
    from: formatDay(toDay(other.fromDay)),
    until: other.untilDay === null ? '' : ` – ${formatDay(toDay(other.untilDay))}`,
  });
}

/** Roles that ended with their holder, as the audit keeps them. */
function endingsOf(
  { roles }: Holder,
  ended: readonly MembershipBody[],
): (Change & { membership: string })[] {
  return ended.map(({ id, until }) => {
    const { before, after } = changeOf(
      { until: roles.find((role) => role.id === id)?.until ?? null },
      { until },
    );
    return { membership: id, before, after };
  });
}

type Succession = { replaces: string; id: string; keepRoles: readonly string[] };

// The predecessor's time ends on the day before, and what was in their hands is to be handed
// over. No agreement ends by it (PP 28/2018 Ps. 9(2)).
async function succeed(
  tx: Tx,
  call: Pick<Call, 'principal'>,
  { replaces: outgoingId, id: incomingId, keepRoles }: Succession,
): Promise<{ outgoing: Holder; change: Change; ended: MembershipBody[] }> {
  const incoming = await one(tx, incomingId);
  const row = await tx.officeHolder.findUnique({
    where: { id: outgoingId, officeId: incoming.office.id },
  });
  if (!row) throw new Refused('HolderUnknown', {}, { field: 'replaces' });
  const outgoing = await one(tx, outgoingId);
  const lastDay = addDays(incoming.from, -1);
  requireOrder(outgoing.from, lastDay);
  const isShortened = outgoing.until === null || outgoing.until > lastDay;
  const change = changeOf(
    { until: outgoing.until },
    { until: isShortened ? lastDay : outgoing.until },
  );
  if (isShortened) {
    await tx.officeHolder.updateMany({
      where: { id: outgoingId },
      data: { untilDay: toColumn(lastDay) },
    });
  }
  await tx.handover.create({
    data: {
      id: derivedId(incomingId, 'handover'),
      officeId: incoming.office.id,
      outgoingId,
      incomingId,
      openedOn: toColumn(call.principal.today),
    },
  });
  return { outgoing, change, ended: await endRoles(tx, outgoing, lastDay, keepRoles) };
}

/** Tells open pages that somebody else holds office here, or that a hand-over is done. */
async function announce(tx: Tx, office: string): Promise<void> {
  await tx.$executeRaw`select announce('holder', ${office}::uuid)`;
}

// Maker and checker are compared by the account, so it must be one the caller can mean: of that institution.
async function requireKnownUser(tx: Tx, userId: string, office: string): Promise<void> {
  const known = await tx.$queryRaw<unknown[]>`
    select from auth."user" where id = ${userId} and may_work_in(id, ${office}::uuid)`;
  if (known.length === 0) throw new Refused('UserUnknown');
}

function requireOrder(from: string, until: string | null): void {
  if (until !== null && until < from) throw new Refused('TenureReversed', { from, until });
}
