/**
 * What the page of an agreement stands on, in two statements: what hangs on the agreement itself,
 * and what its state names. Row policies decide what of it the actor sees.
 */
import { officesConcerned } from '../../domain/agreement/agreement.ts';
import type { AgreementState, Stage } from '../../domain/agreement/agreement.ts';
import type { OfficeId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Reading } from '../../prisma/connect.ts';
import { selectNames } from '../../prisma/names.ts';
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

type Named = Pick<AgreementRows, 'handovers' | 'holders' | 'region' | 'scopes' | 'names'>;

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

/**
 * Reads one agreement with all that, and the names of these ids in its state; one that is unknown or
 * foreign is not found.
 */
export async function agreementRows(
  tx: Reading,
  id: string,
  idsIn: (state: AgreementState) => Iterable<string>,
): Promise<AgreementRows> {
  type Hanging = Omit<AgreementRows, keyof Named>;
  const [hanging] = await tx.$queryRaw<Hanging[]>`
    select a.state,
      array(select jsonb_build_object('id', r.id, 'kind', r.kind, 'title', r.title,
          'stage', r.stage, 'start', r.start_day, 'end', r.end_day, 'parentId', r.parent_id,
          'renewalOf', r.renewal_of, 'endedReason', r.ended_reason, 'lastDay', r.last_day)
        from agreement r
        where r.id in (a.parent_id, a.renewal_of) or r.parent_id = a.id or r.renewal_of = a.id
        order by r.start_day, r.id) as related,
      array(select jsonb_build_object('id', e.id, 'number', e.letter_number,
          'date', e.letter_day, 'hasDocument', e.document_id is not null)
        from evidence e where e.agreement_id = a.id) as letters,
      array(select jsonb_build_object('partyId', n.party_id, 'number', n.number, 'dated', n.dated)
        from number_reservation n where n.agreement_id = a.id) as numbers,
      array(select jsonb_build_object('code', r.code, 'name', r.name)
        from agreement_area served join region r on r.code = served.region_code
        where served.agreement_id = a.id order by r.code) as area,
      array(select s.office_id from submitting_office s where s.agreement_id = a.id)
        as "submittingOffices"
    from agreement a where a.id = ${id}::uuid`;
  if (!hanging) throw new Refused('NotFound');

  const { state, submittingOffices } = hanging;
  const { parties, region } = state;
  const offices = parties.filter(({ outside }) => !outside).map((party) => party.id);
  const holders = holderIds(state);
  const [named] = await tx.$queryRaw<Named[]>`
    select
      array(select jsonb_build_object('id', h.id, 'officeId', h.office_id,
          'outgoing', (select person_name from office_holder where id = h.outgoing_id),
          'incoming', (select person_name from office_holder where id = h.incoming_id),
          'openedOn', h.opened_on, 'doneOn', h.done_on, 'mayComplete', h.done_on is null
            and actor_scopes_among(array['holder.write'], array[h.office_id])
              @> jsonb_build_object('holder.write', array[h.office_id]))
        from handover h
        where h.office_id = any (${offices}::uuid[]) or h.outgoing_id = any (${holders}::uuid[])
        order by h.opened_on, h.id) as handovers,
      array(select jsonb_build_object('id', h.id, 'position', h.position, 'capacity', h.capacity)
        from office_holder h where h.id = any (${holders}::uuid[])) as holders,
      (select name from region where code = ${region}) as region,
      actor_scopes_among(${COMMAND_ACTIONS}::text[], ${officesConcerned(state)}::uuid[]) as scopes,
      (select coalesce(jsonb_object_agg(id, name), '{}') from (${selectNames([...idsIn(state), ...submittingOffices])}) named)
        as names`;
  if (!named) throw new Error('a statement without a condition has answered no row');
  return { ...hanging, ...named };
}

function holderIds({ parties, approvals, text }: AgreementState): string[] {
  const people = [
    ...parties.map(({ signature }) => signature?.actedBy),
    ...approvals.map(({ approval }) => approval?.actedBy),
    text.handedInBy?.person,
  ];
  return people.flatMap((person) => (person?.kind === 'holder' ? [person.id] : []));
}
