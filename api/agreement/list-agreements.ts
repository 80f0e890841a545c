/** The pipeline: agreements the caller may see, filtered, sorted, page by page. */
import type { z } from 'zod';
import { dayAt, daysBetween, isDay } from '../../domain/shared/day.ts';
import { isFullySigned, STAGES } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { TURN_ACTION } from '../../domain/agreement/available-commands.ts';
import type { Tx } from '../../prisma/connect.ts';
import { namesOf } from '../../prisma/names.ts';
import { toDay } from '../../prisma/day-column.ts';
import type { AgreementSummary, listAgreements as route } from './contract.ts';
import { contains } from '../http/contains.ts';
import type { QueryOf } from '../http/route.ts';
import { isId, isMoment, readCursor, writeCursor } from '../http/cursor.ts';
import type { Principal } from '../http/principal.ts';
import { scopesAmong } from './acting.ts';
import { isMyTurn, OPEN_OR_ONCE_IN_FORCE } from './read-agreement.ts';

type Query = QueryOf<typeof route>;
type Summary = z.input<typeof AgreementSummary>;
type Row = { id: string; title: string; state: AgreementState; changed: Date; sortKey: string };

// Ties of an order are broken by the id, so that a page begins exactly where the one before ended.
const IS_KEY = { end: isDay, changed: isMoment, title: () => true };

// Stages with the permission that whoever has the text on the desk needs.
const TURNS = STAGES.flatMap((stage) => {
  const action = TURN_ACTION[stage];
  return action === null ? [] : [stage, action];
});

/** One page of the list, and the cursor of the next. */
export async function listAgreements(
  tx: Tx,
  query: Query,
  principal: Principal,
): Promise<{ items: Summary[]; nextCursor: string | null }> {
  const { q, kind, stage, region, desk, mine, endsFrom, endsUntil, limit } = query;
  const descending = query.sort.startsWith('-');
  const sort = query.sort.replace('-', '') as keyof typeof IS_KEY;
  const [afterKey, afterId] =
    query.cursor === undefined ? [] : readCursor(query.cursor, [IS_KEY[sort], isId]);

  const rows = await tx.$queryRaw<Row[]>`
    select a.id, a.title, a.state, a.changed_on as changed, found.sort_key as "sortKey"
    from find_agreements(${q === undefined ? null : contains(q)}, ${kind ?? null}, ${stage ?? null},
      ${region ?? null}, ${desk ?? null}::uuid, ${mine ? TURNS : null}, ${endsFrom ?? null}::date,
      ${endsUntil ?? null}::date, ${sort}, ${descending}, ${afterKey ?? null}, ${afterId ?? null}::uuid,
      ${limit + 1}::integer) with ordinality as found (id, sort_key, place)
    join agreement a on a.id = found.id
    order by found.place`;
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    items: await summariesOf(tx, page, principal),
    nextCursor: more ? writeCursor([last.sortKey, last.id]) : null,
  };
}

async function summariesOf(tx: Tx, rows: Row[], principal: Principal): Promise<Summary[]> {
  const states = rows.map(({ state }) => state);
  const ids = states.flatMap((state) => [
    ...state.turn.desks,
    ...state.parties.map(({ id }) => id),
  ]);
  const names = await namesOf(tx, ids);
  const regions = await tx.region.findMany({
    where: { code: { in: states.map(({ region }) => region) } },
  });
  const milestones = await tx.$queryRaw<{ id: string; kind: string; day: Date }[]>`
    select distinct on (agreement_id) agreement_id as id, kind, due_day as day
    from planned_milestone where agreement_id = any (${rows.map(({ id }) => id)}::uuid[])
      and kind <> 'more'
    order by agreement_id, due_at`;
  const renewals = await renewalsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const scopes = await scopesAmong(tx, ids);
  return rows.map(({ id, title, state, changed }) => {
    const next = milestones.find((milestone) => milestone.id === id);
    const outside = state.parties.filter((party) => party.outside).map((party) => party.id);
    return {
      id,
      revision: state.revision,
      kind: state.kind,
      title,
      region: {
        code: state.region,
        name: regions.find(({ code }) => code === state.region)?.name ?? state.region,
      },
      stage: state.stage,
      stageSince: state.stageSince,
      desks: state.turn.desks.map((desk) => ({
        id: desk,
        name: names.get(desk) ?? '—',
        outside: outside.includes(desk),
      })),
      turnSince: state.turn.since,
      myTurn: isMyTurn(state, scopes),
      term: state.term,
      daysLeft: daysBetween(dayAt(principal.now, state.zone), state.term.end),
      parties: state.parties.map((party) => ({
        id: party.id,
        name: names.get(party.id) ?? '—',
        side: party.side,
      })),
      renewal: renewals.get(id) ?? 'none',
      nextMilestone: next ? { kind: next.kind, day: toDay(next.day) } : null,
      changedOn: toDay(changed),
    };
  });
}

// A relation and not a part of the state: what has ended hears no more of its renewal.
async function renewalsOf(
  tx: Tx,
  ids: string[],
): Promise<ReadonlyMap<string | null, Summary['renewal']>> {
  const rows = await tx.agreement.findMany({
    where: {
      renewalOf: { in: ids },
      ...OPEN_OR_ONCE_IN_FORCE,
    },
    select: { renewalOf: true, state: true },
  });
  return new Map(
    rows.map(({ renewalOf, state }) => [
      renewalOf,
      isFullySigned(state as unknown as AgreementState) ? 'signed' : 'running',
    ]),
  );
}
