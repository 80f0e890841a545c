/** The list of agreements that the caller may see: filtered, sorted, page by page. */
import type { z } from 'zod';
import { dayAt, daysBetween, isDay } from '../../domain/shared/day.ts';
import type { Day, Instant, Zone } from '../../domain/shared/day.ts';
import { fullySignedAt, STAGES } from '../../domain/agreement/agreement.ts';
import type { ListedParty } from '../../domain/agreement/agreement.ts';
import { formerAt } from '../../domain/office/former-name.ts';
import type { FormerName } from '../../domain/office/former-name.ts';
import { TURN_ACTION } from '../../domain/agreement/available-commands.ts';
import type { Reading } from '../../prisma/connect.ts';
import type { AgreementSummary } from './answers.ts';
import type { listAgreements as route } from './contract.ts';
import type { QueryOf } from '../http/route.ts';
import { isId, isMoment, readCursor, writeCursor } from '../http/cursor.ts';
import type { Principal } from '../http/principal.ts';
import { marksIn, scopesOf } from './acting.ts';
import type { Reached } from './acting.ts';
import { isMyTurn } from './read-agreement.ts';

type Query = QueryOf<typeof route>;
type Summary = z.input<typeof AgreementSummary>;
type Row = Pick<Summary, 'id' | 'revision' | 'kind' | 'title' | 'stage' | 'stageSince'> & {
  region: string;
  zone: Zone;
  start: Day;
  end: Day;
  desks: string[];
  turnSince: Day;
  parties: ListedParty[];
  changed: Day;
  sortKey: string;
};

/** A page's rows and one more, which says that there is a next page, with what their ids stand for. */
type Page = {
  rows: Row[];
  names: Record<string, string>;
  regions: Record<string, string>;
  /** Names that the offices and regions of the page had before. */
  former: FormerName[];
  reached: Reached;
  milestones: Record<string, NonNullable<Summary['nextMilestone']>>;
  /**
   * Whether the renewal of an agreement is signed, by the id of that agreement. Read from the renewal's own
   * row: the workflow of an agreement that has ended hears of nothing any more.
   */
  renewals: Record<string, boolean>;
};

// Whether a cursor's key fits the field by which the list is sorted. Rows with the same key are sorted by
// their ids, so that a page begins exactly where the one before ended.
const IS_KEY = { end: isDay, changed: isMoment, title: () => true };

// Stage, permission, stage, permission: what an office needs to act in each stage when it has the text.
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
    query.cursor === undefined
      ? []
      : readCursor(query.cursor, [IS_KEY[sort], isId, (order) => order === query.sort]);

  // The rows, and what their ids stand for, in one statement.
  const [found] = await tx.$queryRaw<{ page: Page }[]>`
    with page as materialized (
      select a.id, a.revision, a.kind, a.title, a.stage, a.stage_since as "stageSince",
        a.region_code as region, a.zone, a.start_day as start, a.end_day as "end", a.desks,
        a.turn_since as "turnSince", a.parties, a.changed_on as changed, found.sort_key as "sortKey",
        found.place
      from find_agreements(${q ?? null}, ${kind ?? null}, ${stage ?? null},
        ${region ?? null}, ${desk ?? null}::uuid, ${mine ? TURNS : null}, ${endsFrom ?? null}::date,
        ${endsUntil ?? null}::date, ${sort}, ${descending}, ${afterKey ?? null},
        ${afterId ?? null}::uuid, ${limit + 1}::integer) with ordinality as found (id, sort_key, place)
      join agreement a on a.id = found.id
      order by found.place
    ), ids as materialized (
      select array(select id from page) as agreements, array(select region from page) as regions,
        array(select unnest(desks) from page union
          select (party ->> 'id')::uuid from page, jsonb_array_elements(parties) party) as offices
    )
    select json_build_object(
      'rows', (select coalesce(json_agg(page order by place), '[]') from page),
      'names', (select coalesce(json_object_agg(id, name), '{}') from office
        where id = any (offices)),
      'regions', (select coalesce(json_object_agg(code, name), '{}') from region
        where code = any (regions)),
      'former', former_names(offices::text[] || regions),
      'reached', (select coalesce(json_object_agg(mark, reached), '{}')
        from reached_by(${marksIn(principal.reach)}::uuid[], offices)),
      'milestones', (select coalesce(json_object_agg(page.id, next.milestone), '{}')
        from page cross join lateral (
          select json_build_object('source', source, 'kind', kind, 'stage', stage, 'day', due_day)
            as milestone
          from planned_milestone where entity_id = page.id order by place limit 1) next),
      'renewals', (select coalesce(json_object_agg(renewal_of, fully_signed), '{}') from agreement
        where renewal_of = any (agreements) and (ended_reason is null or last_day is not null))
    ) as page from ids`;
  if (!found) throw new Error('the list answered no row');
  const { rows, ...around } = found.page;
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    items: summariesOf(page, around, principal),
    nextCursor: more ? writeCursor([last.sortKey, last.id, query.sort]) : null,
  };
}

function summariesOf(
  rows: Row[],
  { names, regions, former, milestones, renewals, reached }: Omit<Page, 'rows'>,
  principal: Principal,
): Summary[] {
  const named = (of: string, today: string, at: Instant | null) => {
    const then = formerAt(former, of, at)?.name ?? today;
    return then === today ? { name: today } : { name: then, nameToday: today };
  };
  const scopes = scopesOf(principal.reach, reached);
  // Field by field: a rest pattern for each row was measured to cost more than everything else here.
  return rows.map((row) => {
    const { id, region, desks, parties, stage, end } = row;
    const renewalSigned = renewals[id];
    const outside = parties.filter((party) => party.outside).map((party) => party.id);
    return {
      id,
      revision: row.revision,
      kind: row.kind,
      title: row.title,
      region: {
        code: region,
        ...named(region, regions[region] ?? region, fullySignedAt(parties)),
      },
      stage,
      stageSince: row.stageSince,
      desks: desks.map((desk) => ({
        id: desk,
        name: names[desk] ?? '—',
        outside: outside.includes(desk),
      })),
      turnSince: row.turnSince,
      myTurn: isMyTurn({ stage, desks }, scopes),
      term: { start: row.start, end },
      daysLeft: daysBetween(dayAt(principal.now, row.zone), end),
      parties: parties.map((party) => ({
        id: party.id,
        ...named(party.id, names[party.id] ?? '—', party.signedAt),
        side: party.side,
      })),
      renewal: renewalSigned === undefined ? 'none' : renewalSigned ? 'signed' : 'running',
      nextMilestone: milestones[id] ?? null,
      changedOn: row.changed,
    };
  });
}
