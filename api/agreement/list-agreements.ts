/** The pipeline: agreements the caller may see, filtered, sorted, page by page. */
import type { z } from 'zod';
import { dayAt, daysBetween, isDay } from '../../domain/shared/day.ts';
import { isFullySigned, STAGES } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { TURN_ACTION } from '../../domain/agreement/available-commands.ts';
import { Prisma } from '../../prisma/client/client.ts';
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

// What each order sorts by; ties are broken by the id, so that a page begins exactly where the
// one before ended.
const SORT_KEYS = {
  end: {
    column: Prisma.sql`a.end_day`,
    type: Prisma.sql`date`,
    key: Prisma.sql`a.end_day::text`,
    isKey: isDay,
  },
  changed: {
    column: Prisma.sql`a.recorded_at`,
    type: Prisma.sql`timestamptz`,
    key: Prisma.sql`to_char(a.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    isKey: isMoment,
  },
  title: {
    column: Prisma.sql`a.title`,
    type: Prisma.sql`text`,
    key: Prisma.sql`a.title`,
    isKey: () => true,
  },
};

const MY_TURN = STAGES.filter((stage) => TURN_ACTION[stage] !== null).map(
  (stage) =>
    Prisma.sql`(a.stage = ${stage} and a.desks && (select actor_scope(${TURN_ACTION[stage]})))`,
);

/** One page of the list, and the cursor of the next. */
export async function listAgreements(
  tx: Tx,
  query: Query,
  principal: Principal,
): Promise<{ items: Summary[]; nextCursor: string | null }> {
  const descending = query.sort.startsWith('-');
  const sorting = SORT_KEYS[query.sort.replace('-', '') as keyof typeof SORT_KEYS];
  const { column, type, key, isKey } = sorting;
  const direction = descending ? Prisma.sql`desc` : Prisma.sql`asc`;
  const comparison = descending ? Prisma.sql`<` : Prisma.sql`>`;
  const after = query.cursor === undefined ? null : readCursor(query.cursor, [isKey, isId]);

  const rows = await tx.$queryRaw<Row[]>`
    select a.id, a.title, a.state, a.changed_on as changed, ${key} as "sortKey"
    from agreement a
    where ${conditions(query)}
      and ${
        after === null
          ? Prisma.sql`true`
          : Prisma.sql`(${column}, a.id) ${comparison} (${after[0]}::${type}, ${after[1]}::uuid)`
      }
    order by ${column} ${direction}, a.id ${direction}
    limit ${query.limit + 1}`;
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    items: await summariesOf(tx, page, principal),
    nextCursor: more ? writeCursor([last.sortKey, last.id]) : null,
  };
}

function conditions(query: Query): Prisma.Sql {
  const { q, kind, stage, region, desk, mine, endsFrom, endsUntil } = query;
  const wanted = [
    kind && Prisma.sql`a.kind = ${kind}`,
    stage && Prisma.sql`a.stage = any (${stage})`,
    region && Prisma.sql`(a.region_code = ${region} or a.region_code like ${`${region}.%`})`,
    desk && Prisma.sql`a.desks @> array[${desk}::uuid]`,
    mine && Prisma.sql`(${Prisma.join(MY_TURN, ' or ')})`,
    endsFrom && Prisma.sql`a.end_day >= ${endsFrom}::date`,
    endsUntil && Prisma.sql`a.end_day <= ${endsUntil}::date`,
    q &&
      Prisma.sql`(a.title ilike ${contains(q)} or exists (select 1 from number_reservation n
        where n.agreement_id = a.id and n.number ilike ${contains(q)}))`,
  ].filter((each) => each instanceof Prisma.Sql);
  return wanted.length > 0 ? Prisma.join(wanted, ' and ') : Prisma.sql`true`;
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
    select distinct on (entity_id) entity_id as id, kind, due_day as day
    from planned_milestone where entity_id = any (${rows.map(({ id }) => id)}::uuid[])
      and kind <> 'more'
    order by entity_id, due_at`;
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
