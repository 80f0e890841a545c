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
import { auditChange } from '../http/audit-change.ts';
import { requireScope } from './scope.ts';

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
          items: page.map(rendered),
          nextCursor: more ? writeCursor([last.personName, last.id]) : null,
        };
      }),
    })),

    implement(appointHolder, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const id = derivedId(commandId, 'holder');
        await appoint(tx, call, commandId, { id, ...call.body });
        return { body: await one(tx, id), location: `/api/v1/office-holders/${id}` };
      }),
    ),

    implement(relieveHolder, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const { until } = call.body;
        const holder = await one(tx, id);
        await requireScope(tx, 'holder.write', holder.office.id, { otherwise: 'NotFound' });
        requireOrder(holder.from, until);
        await tx.officeHolder.updateMany({ where: { id }, data: { untilDay: toColumn(until) } });
        await announce(tx, holder.office.id);
        await auditChange(tx, call, holder.office.id, commandId, {
          kind: 'holder-relieved',
          holder: id,
          until,
        });
        return { body: await one(tx, id) };
      }),
    ),

    implement(completeHandover, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const handover = await tx.handover.findUnique({ where: { id } });
        if (!handover) throw new Refused('NotFound');
        await requireScope(tx, 'holder.write', handover.officeId, { otherwise: 'NotFound' });
        const { today, userId } = call.principal;
        await tx.handover.updateMany({
          where: { id, doneOn: null },
          data: { doneOn: toColumn(today), doneBy: userId },
        });
        await announce(tx, handover.officeId);
        await auditChange(tx, call, handover.officeId, commandId, {
          kind: 'handover-done',
          handover: id,
        });
        return {};
      }),
    ),
  ];
}

/** An office holder to be entered, with the id. */
export type NewHolder = z.output<typeof appointHolder.body> & { id: string };

/** Enters an office holder, and notes it in the audit under this key. */
export async function appoint(
  tx: Tx,
  call: Pick<Call, 'principal' | 'requestId'>,
  key: string,
  { office, from, until, decree, userId, replaces, ...holder }: NewHolder,
): Promise<void> {
  await requireScope(tx, 'holder.write', office);
  requireOrder(from, until);
  if (userId !== null) await requireKnownUser(tx, userId);
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
  if (replaces !== null) await succeed(tx, call, replaces, id);
  await announce(tx, office);
  await auditChange(tx, call, office, key, { kind: 'holder-appointed', holder: id, replaces });
}

type Row = Prisma.OfficeHolderGetPayload<{ include: { office: true } }>;

async function matching(
  tx: Tx,
  { office, signsFor, on }: z.output<typeof listHolders.query>,
): Promise<Prisma.OfficeHolderWhereInput> {
  const party =
    signsFor === undefined ? null : await tx.office.findUnique({ where: { id: signsFor } });
  return {
    ...(office !== undefined && { officeId: office }),
    ...(signsFor !== undefined && {
      officeId: { in: party?.path ?? [] },
      office: { institutionId: party?.institutionId ?? '' },
    }),
    ...(on !== undefined && {
      fromDay: { lte: toColumn(on) },
      OR: [{ untilDay: null }, { untilDay: { gte: toColumn(on) } }],
    }),
  };
}

function behind([name = '', id = '']: string[]): Prisma.OfficeHolderWhereInput {
  return { OR: [{ personName: { gt: name } }, { personName: name, id: { gt: id } }] };
}

async function one(tx: Tx, id: string): Promise<z.input<typeof OfficeHolder>> {
  const row = await tx.officeHolder.findUnique({ where: { id }, include: { office: true } });
  if (!row) throw new Refused('NotFound');
  return rendered(row);
}

function rendered(row: Row): z.input<typeof OfficeHolder> {
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
  };
}

// The predecessor's time ends on the day before, and what was in their hands is to be handed
// over. No agreement ends by it (PP 28/2018 Ps. 9(2)).
async function succeed(
  tx: Tx,
  call: Pick<Call, 'principal'>,
  outgoingId: string,
  incomingId: string,
): Promise<void> {
  const incoming = await one(tx, incomingId);
  const row = await tx.officeHolder.findUnique({
    where: { id: outgoingId, officeId: incoming.office.id },
    include: { office: true },
  });
  if (!row) throw new Refused('HolderUnknown', {}, { field: 'replaces' });
  const outgoing = rendered(row);
  const lastDay = addDays(incoming.from, -1);
  requireOrder(outgoing.from, lastDay);
  if (outgoing.until === null || outgoing.until > lastDay) {
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
}

/** Tells open pages that somebody else holds office here, or that a hand-over is done. */
async function announce(tx: Tx, office: string): Promise<void> {
  await tx.$executeRaw`select announce('holder', ${office}::uuid)`;
}

// Maker and checker are compared by the account, so it must be one the caller can mean.
async function requireKnownUser(tx: Tx, userId: string): Promise<void> {
  const known = await tx.$queryRaw<unknown[]>`select from auth."user" where id = ${userId}`;
  if (known.length === 0) throw new Refused('UserUnknown');
}

function requireOrder(from: string, until: string | null): void {
  if (until !== null && until < from) throw new Refused('TenureReversed', { from, until });
}
