/** The pipeline: agreements the caller may see, filtered, sorted, page by page. */
import type { z } from 'zod';
import { dayAt, daysBetween, isDay } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { isFullySigned, STAGES } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { TURN_ACTION } from '../../domain/agreement/available-commands.ts';
import type { Reading } from '../../prisma/connect.ts';
import type { AgreementSummary, listAgreements as route } from './contract.ts';
import { contains } from '../http/contains.ts';
import type { QueryOf } from '../http/route.ts';
import { isId, isMoment, readCursor, writeCursor } from '../http/cursor.ts';
import type { Principal } from '../http/principal.ts';
import { COMMAND_ACTIONS, scopesOf } from './acting.ts';
import type { ScopesByAction } from './acting.ts';
import { isMyTurn } from './read-agreement.ts';

type Query = QueryOf<typeof route>;
type Summary = z.input<typeof AgreementSummary>;
type Row = { id: string; title: string; state: AgreementState; changed: Day; sortKey: string };

// Ties of an order are broken by the id, so that a page begins exactly where the one before ended.
const IS_KEY = { end: isDay, changed: isMoment, title: () => true };

// Stages with the permission that whoever has the text on the desk needs.
const TURNS = STAGES.flatMap((stage) => {
  const action = TURN_ACTION[stage];
  return action === null ? [] : [stage, action];
});

/** One page of the list, and the cursor of the next. */
export async function listAgreements(
  tx: Reading,
  query: Query,
  principal: Principal,
): Promise<{ items: Summary[]; nextCursor: string | null }> {
  const { q, kind, stage, region, desk, mine, endsFrom, endsUntil, limit } = query;
  const descending = query.sort.startsWith('-');
  const sort = query.sort.replace('-', '') as keyof typeof IS_KEY;
  const [afterKey, afterId] =
    query.cursor === undefined ? [] : readCursor(query.cursor, [IS_KEY[sort], isId]);

  const rows = await tx.$queryRaw<Row[]>`
    select a.id, a.title, a.state, a.changed_on::text as changed, found.sort_key as "sortKey"
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

type Around = {
  names: Record<string, string>;
  regions: Record<string, string>;
  scopes: ScopesByAction;
  milestones: Record<string, { kind: string; day: Day }>;
  /** Renewals by what they renew: a relation, for what has ended hears no more of its renewal. */
  renewals: Record<string, AgreementState>;
};

// What stands around a page's agreements, in one statement.
async function around(tx: Reading, rows: Row[]): Promise<Around> {
  const states = rows.map(({ state }) => state);
  const offices = states.flatMap(({ turn, parties }) => [
    ...turn.desks,
    ...parties.map(({ id }) => id),
  ]);
  const ids = rows.map(({ id }) => id);
  const [answer] = await tx.$queryRaw<Around[]>`
    select
      (select coalesce(jsonb_object_agg(id, name), '{}') from office
        where id = any (${offices}::uuid[])) as names,
      (select coalesce(jsonb_object_agg(code, name), '{}') from region
        where code = any (${states.map(({ region }) => region)}::text[])) as regions,
      actor_scopes_among(${COMMAND_ACTIONS}::text[], ${[...new Set(offices)]}::uuid[]) as scopes,
      (select coalesce(jsonb_object_agg(next.id, next.milestone), '{}') from (
        select distinct on (entity_id) entity_id as id,
          jsonb_build_object('kind', kind, 'day', due_day) as milestone
        from planned_milestone where entity_id = any (${ids}::uuid[]) and kind <> 'more'
        order by entity_id, due_at) next) as milestones,
      (select coalesce(jsonb_object_agg(renewal_of, state), '{}') from agreement
        where renewal_of = any (${ids}::uuid[])
          and (ended_reason is null or last_day is not null)) as renewals`;
  if (!answer) throw new Error('a statement without a condition has answered no row');
  return answer;
}

async function summariesOf(tx: Reading, rows: Row[], principal: Principal): Promise<Summary[]> {
  if (rows.length === 0) return [];
  const { names, regions, milestones, renewals, ...found } = await around(tx, rows);
  const scopes = scopesOf(found.scopes);
  return rows.map(({ id, title, state, changed }) => {
    const next = milestones[id];
    const renewal = renewals[id];
    const outside = state.parties.filter((party) => party.outside).map((party) => party.id);
    return {
      id,
      revision: state.revision,
      kind: state.kind,
      title,
      region: {
        code: state.region,
        name: regions[state.region] ?? state.region,
      },
      stage: state.stage,
      stageSince: state.stageSince,
      desks: state.turn.desks.map((desk) => ({
        id: desk,
        name: names[desk] ?? '—',
        outside: outside.includes(desk),
      })),
      turnSince: state.turn.since,
      myTurn: isMyTurn(state, scopes),
      term: state.term,
      daysLeft: daysBetween(dayAt(principal.now, state.zone), state.term.end),
      parties: state.parties.map((party) => ({
        id: party.id,
        name: names[party.id] ?? '—',
        side: party.side,
      })),
      renewal: renewal === undefined ? 'none' : isFullySigned(renewal) ? 'signed' : 'running',
      nextMilestone: next ?? null,
      changedOn: changed,
    };
  });
}
