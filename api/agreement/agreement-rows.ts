/**
 * What the page of an agreement stands on, in one statement: its state, what hangs on it, and what the ids
 * in it stand for. Row policies decide what of it the actor sees.
 */
import type { AgreementState, Stage } from '../../domain/agreement/agreement.ts';
import type { OfficeId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Reading } from '../../prisma/connect.ts';
import { selectNames, UUID } from '../../prisma/names.ts';
import { Prisma } from '../../prisma/client/client.ts';
import { Refused } from '../http/problems.ts';
import { COMMAND_ACTIONS } from './acting.ts';
import type { ScopesByAction } from './acting.ts';

/** An agreement above, below, before or after this one. */
export type RelatedRow = {
  id: string;
  kind: 'mou' | 'pks';
  title: string;
  stage: Stage;
  start: Day;
  end: Day;
  parentId: string | null;
  renewalOf: string | null;
  endedReason: string | null;
  lastDay: Day | null;
};

type LetterRow = { id: string; number: string; date: Day; hasDocument: boolean };
type NumberRow = { partyId: string; number: string; dated: Day };
type HolderRow = { id: string; position: string; capacity: string };
type RegionRow = { code: string; name: string };
type HandoverRow = {
  id: string;
  officeId: string;
  outgoing: string | null;
  incoming: string | null;
  openedOn: Day;
  doneOn: Day | null;
  mayComplete: boolean;
};

/** Everything that is stored around one agreement. */
export type AgreementRows = {
  state: AgreementState;
  related: RelatedRow[];
  letters: LetterRow[];
  numbers: NumberRow[];
  area: RegionRow[];
  submittingOffices: OfficeId[];
  handovers: HandoverRow[];
  holders: HolderRow[];
  region: string | null;
  /** The caller's offices among those concerned, by permission. */
  scopes: ScopesByAction;
  /** What the ids in the state stand for, and those of the offices that submit. */
  names: Record<string, string>;
};

/** Reads one agreement with all that; one that is unknown or foreign is not found. */
export async function agreementRows(tx: Reading, id: string): Promise<AgreementRows> {
  const [row] = await tx.$queryRaw<{ rows: AgreementRows }[]>`
    with found as materialized (
      select id, state, array[parent_id, renewal_of] as before from agreement where id = ${id}::uuid
    ), submitting as materialized (
      select office_id from submitting_office where agreement_id = ${id}::uuid
    ), told as materialized (
      select array(select office_id::text from submitting union
        select text #>> '{}' from found, jsonb_path_query(state, '$.** ? (@.type() == "string")') text) as ids
    ), named as materialized (
      select ids, array(select id::uuid from unnest(ids) id where id ~ ${UUID.source}) as uuids from told
    )
    select json_build_object(
      'state', state,
      'related', array(select json_build_object('id', r.id, 'kind', r.kind, 'title', r.title,
          'stage', r.stage, 'start', r.start_day, 'end', r.end_day, 'parentId', r.parent_id,
          'renewalOf', r.renewal_of, 'endedReason', r.ended_reason, 'lastDay', r.last_day)
        from (select * from agreement where id = any (before)
          union all select * from agreement where parent_id = found.id
          union all select * from agreement where renewal_of = found.id) r
        order by r.start_day, r.id),
      'letters', array(select json_build_object('id', e.id, 'number', e.letter_number,
          'date', e.letter_day, 'hasDocument', e.document_id is not null)
        from evidence e where e.agreement_id = found.id),
      'numbers', array(select json_build_object('partyId', n.party_id, 'number', n.number,
          'dated', n.dated)
        from number_reservation n where n.agreement_id = found.id),
      'area', array(select json_build_object('code', r.code, 'name', r.name)
        from agreement_area served join region r on r.code = served.region_code
        where served.agreement_id = found.id order by r.code),
      'submittingOffices', array(select office_id from submitting),
      'handovers', array(select json_build_object('id', h.id, 'officeId', h.office_id,
          'outgoing', (select person_name from office_holder where id = h.outgoing_id),
          'incoming', (select person_name from office_holder where id = h.incoming_id),
          'openedOn', h.opened_on, 'doneOn', h.done_on, 'mayComplete', h.done_on is null
            and actor_scopes_among(array['holder.write'], array[h.office_id])
              @> jsonb_build_object('holder.write', array[h.office_id]))
        from (select * from handover where office_id = any (array(
            select (party ->> 'id')::uuid from jsonb_array_elements(state -> 'parties') party
            where not (party ->> 'outside')::boolean))
          union select * from handover where outgoing_id = any (uuids)) h
        order by h.opened_on, h.id),
      'holders', array(select json_build_object('id', h.id, 'position', h.position,
          'capacity', h.capacity)
        from office_holder h where h.id = any (uuids)),
      'region', (select name from region where code = state ->> 'region'),
      'scopes', actor_scopes_among(${COMMAND_ACTIONS}::text[],
        array(select id from office where id = any (uuids))),
      'names', (select coalesce(json_object_agg(id, name), '{}') from (
        ${selectNames({ uuids: Prisma.sql`uuids`, ids: Prisma.sql`ids` })}) names)) as rows
    from found, named`;
  if (!row) throw new Refused('NotFound');
  return row.rows;
}
