/**
 * What the page of an agreement stands on, in one statement: its state, what hangs on it, and what the ids
 * in it stand for. Row policies decide what of it the actor sees.
 */
import type { AgreementState, Stage } from '../../domain/agreement/agreement.ts';
import type { PresentInstitution } from '../../domain/agreement/proposal.ts';
import type { FormerName } from '../../domain/office/former-name.ts';
import type { OfficeId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Reading } from '../../prisma/connect.ts';
import { Refused } from '../http/problems.ts';
import type { Reached } from './acting.ts';

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
type HolderRow = { id: string; name: string; position: string; capacity: string };
type RegionRow = { code: string; name: string };
type HandoverRow = {
  id: string;
  officeId: string;
  outgoing: string | null;
  incoming: string | null;
  openedOn: Day;
  doneOn: Day | null;
};

/** An institution to which a party outside the system may belong. */
type PresentRow = Omit<PresentInstitution, 'named'> & {
  name: string;
  named: (PresentInstitution['named'][number] & { name: string })[];
};

/** Everything that is stored around one agreement. */
export type AgreementRows = {
  state: AgreementState;
  related: RelatedRow[];
  /** Agreements of the same parties about the same thing at the same time, while not all have signed. */
  twins: RelatedRow[];
  letters: LetterRow[];
  numbers: NumberRow[];
  area: RegionRow[];
  submittingOffices: OfficeId[];
  handovers: HandoverRow[];
  /** Once it has been in force, the institutions in the system to which its outside parties may belong. */
  present: PresentRow[];
  holders: HolderRow[];
  region: string | null;
  /** The offices in the state that the caller reaches, and those of its handovers. */
  reached: Reached;
  /** Names of offices and users and texts of notes, by the ids in the state and of those that submit. */
  names: Record<string, string>;
  /** Names that offices, office holders and regions in it had before. */
  former: FormerName[];
};

/**
 * Reads one agreement with all that, for a caller who reaches these marks. One that is unknown or foreign is
 * not found. Each table is read once, because its row policy costs more than its rows. Arrays of ids are
 * computed before they are compared, because under a row policy PostgreSQL uses an index only for values
 * that are computed already.
 */
export async function agreementRows(
  tx: Reading,
  id: string,
  marks: string[],
): Promise<AgreementRows> {
  const [row] = await tx.$queryRaw<{ rows: AgreementRows }[]>`
    with found as materialized (
      select id, state,
        likeness, start_day, end_day, renewal_of, not fully_signed and stage <> 'ended' as is_open,
        stage in ('active', 'ended') as was_in_force,
        array[parent_id, renewal_of, (state #>> '{ending,supersededBy}')::uuid] as others
      from agreement where id = ${id}::uuid
    ), submitting as materialized (
      select office_id from submitting_office where agreement_id = ${id}::uuid
    ), area as materialized (
      select region_code from agreement_area where agreement_id = ${id}::uuid
    ), texts as materialized (
      select array(select text #>> '{}' from found,
        jsonb_path_query(state, '$.** ? (@.type() == "string")') text) as ids
    ), ids as materialized (
      select ids as all, array(select id::uuid from unnest(ids) id
          where id like '________-____-____-____-____________'
            and translate(id, '0123456789abcdef', '') = '----'
        union select office_id from submitting) as uuids
      from texts
    ), offices as materialized (
      select office.id, name from office, ids where office.id = any (uuids)
    ), holders as materialized (
      select h.id, person_name as name, position, capacity, office_id
      from office_holder h, ids where h.id = any (uuids)
    ), parties as materialized (
      select inside, outside, inside || array(select office_id from holders) as offices
      from (select coalesce(array_agg(id) filter (where not is_outside), '{}') as inside,
          coalesce(array_agg(id) filter (where is_outside), '{}') as outside
        from (select (party ->> 'id')::uuid as id, (party ->> 'outside')::boolean as is_outside
          from found, jsonb_array_elements(state -> 'parties') party) each) parties
    ), handovers as materialized (
      select h.id, h.office_id as "officeId", h.outgoing_id, h.incoming_id, h.opened_on as "openedOn",
        h.done_on as "doneOn"
      from parties, ids, handover h
      where h.office_id = any (offices) and (h.office_id = any (inside) or h.outgoing_id = any (uuids))
    ), places as materialized (
      select array(select id from offices union select "officeId" from handovers) as places
    )
    select json_build_object(
      'state', state,
      'related', array(select json_build_object('id', r.id, 'kind', r.kind, 'title', r.title,
          'stage', r.stage, 'start', r.start_day, 'end', r.end_day, 'parentId', r.parent_id,
          'renewalOf', r.renewal_of, 'endedReason', r.ended_reason, 'lastDay', r.last_day)
        from (select * from agreement where id = any (others)
          union all select * from agreement where parent_id = found.id
          union all select * from agreement where renewal_of = found.id) r
        order by r.start_day, r.id),
      'twins', array(select json_build_object('id', t.id, 'kind', t.kind, 'title', t.title,
          'stage', t.stage, 'start', t.start_day, 'end', t.end_day)
        from twins_of(found.id, likeness, start_day, end_day, renewal_of) t
        where is_open order by t.start_day, t.id),
      'letters', array(select json_build_object('id', e.id, 'number', e.letter_number,
          'date', e.letter_day, 'hasDocument', e.document_id is not null)
        from evidence e where e.agreement_id = found.id),
      'numbers', array(select json_build_object('partyId', n.party_id, 'number', n.number,
          'dated', n.dated)
        from number_reservation n where n.agreement_id = found.id),
      'area', array(select json_build_object('code', r.code, 'name', r.name)
        from area join region r on r.code = region_code order by r.code),
      'submittingOffices', array(select office_id from submitting),
      'handovers', array(select to_json(h) from (
        select h.*,
          (select person_name from office_holder where id = h.outgoing_id) as outgoing,
          (select person_name from office_holder where id = h.incoming_id) as incoming
        from handovers h) h order by h."openedOn", h.id),
      'present', array(select to_json(i)
        from institutions_present(found.state ->> 'region', parties.outside) i
        where was_in_force and outside <> '{}'),
      'holders', array(select to_json(h) from holders h),
      'region', (select name from region where code = state ->> 'region'),
      'reached', (select coalesce(json_object_agg(mark, reached), '{}')
        from reached_by(${marks}::uuid[], places)),
      'names', (select coalesce(json_object_agg(id, name), '{}') from (
        select id::text, name from offices
        union all select id::text, text from note where id = any (uuids)
        union all select id, name from auth."user" where id = any (ids.all)) named),
      'former', former_names(ids.all || array(select office_id::text from submitting)
        || array(select region_code from area))) as rows
    from found, ids, parties, places`;
  if (!row) throw new Refused('NotFound');
  return row.rows;
}
