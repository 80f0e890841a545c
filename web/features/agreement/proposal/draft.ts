/** A proposal while it is being written: what it holds, what it begins with, how it is sent. */
import { liesWithin } from '../../../../domain/shared/day.ts';
import type { Day, Term } from '../../../../domain/shared/day.ts';
import type { DocumentForm, LegalBasis } from '../../../../domain/agreement/legal-basis.ts';
import type { Kind, Side } from '../../../../domain/agreement/agreement.ts';
import { addDays, yearOf } from '../../../../domain/shared/day.ts';
import type { BodyTo, ItemFrom } from '../../../connection/call.ts';
import { freshKey } from '../../../connection/fresh-key.ts';
import type { Choice } from '../../../ui/choice.tsx';

type Office = ItemFrom<'get /offices'>;

/** An office that was chosen, with what follows from it. */
export type OfficeChoice = Choice & { office: Office };

/** One of the two or three parties: an office here, or somebody outside by name. */
export type PartyDraft = {
  key: string;
  side: Side;
  how: 'office' | 'outside';
  office: OfficeChoice | null;
  outside: string;
};

/** A step of the approval route; `after` names other steps by their keys. */
export type StepDraft = { key: string; offices: Choice[]; after: string[] };

/** The MoU above, with the term inside which a PKS has to lie. */
export type ParentChoice = Choice & { term: Term };

export type Draft = {
  kind: Kind;
  form: DocumentForm;
  legalBasis: LegalBasis;
  title: string;
  proposer: OfficeChoice | null;
  region: Choice | null;
  parties: PartyDraft[];
  term: Term;
  asMeant: boolean;
  parent: ParentChoice | null;
  parentException: string;
  area: Choice[];
  submittingOffices: Choice[];
  approvals: StepDraft[];
  /** Said once it was asked: another agreement may run beside it. */
  alongside: boolean;
  /** What people changed themselves; suggestions leave it alone. */
  own: { parties: boolean; approvals: boolean; region: boolean; term: boolean };
};

/** A page that nobody has written on. */
export function emptyDraft(today: Day): Draft {
  return {
    kind: 'pks',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    title: '',
    proposer: null,
    region: null,
    parties: [aParty('government'), aParty('bpjs')],
    term: usualTerm('pks', today),
    asMeant: false,
    parent: null,
    parentException: '',
    area: [],
    submittingOffices: [],
    approvals: [],
    alongside: false,
    own: { parties: false, approvals: false, region: false, term: false },
  };
}

export function aParty(side: Side): PartyDraft {
  return { key: freshKey(), side, how: 'office', office: null, outside: '' };
}

export function aStep(offices: Choice[], after: string[]): StepDraft {
  return { key: freshKey(), offices, after };
}

/** A PKS until the end of the budget year, an MoU for three years (domain practice). */
export function usualTerm(kind: Kind, today: Day): Term {
  const year = yearOf(today);
  const end = kind === 'pks' ? `${year}-12-31` : addDays(`${year + 3}${today.slice(4)}`, -1);
  return { start: today, end };
}

/** The side an office stands on. */
export function sideOf({ kind }: Office): Side {
  return kind.startsWith('bpjs') ? 'bpjs' : 'government';
}

/**
 * The party a proposing office stands for. An MoU is signed by the head of region for the
 * government, a PKS by the head of the OPD (PP 28/2018 Ps. 13); divisions of the secretariat
 * are no party themselves. A branch signs both.
 */
export function partyFor(proposer: OfficeChoice, kind: Kind): 'itself' | 'institution' {
  const { office } = proposer;
  if (sideOf(office) === 'bpjs') return 'itself';
  return kind === 'mou' || office.kind === 'setda-division' ? 'institution' : 'itself';
}

/** Whether the term reaches beyond the MoU above. */
export function isBeyondParent({ parent, term }: Pick<Draft, 'parent' | 'term'>): boolean {
  return parent !== null && !liesWithin(term, parent.term);
}

/** What people call a step: by the offices that can take it. */
export function stepWords({ offices }: StepDraft): string {
  return offices.map(({ name }) => name).join(' / ');
}

/** The proposal as the API takes it. */
export function composed(draft: Draft): BodyTo<'post /agreements'> {
  const { kind, form, legalBasis, term, parent, parentException, area, submittingOffices } = draft;
  const region = draft.region?.id ?? '';
  const proposer = draft.proposer?.id ?? '';
  const inside = draft.parties.flatMap(({ how, office }) =>
    how === 'office' && office ? [office] : [],
  );
  const proposingParty =
    inside.find(({ id }) => id === proposer) ??
    inside.find(({ id }) => id === draft.proposer?.office.institution.id) ??
    inside[0];
  // A step goes by its place in the route; people know it by its offices.
  const codeOf = (key: string) => String(draft.approvals.findIndex((step) => step.key === key) + 1);
  return {
    kind,
    form,
    legalBasis,
    title: draft.title,
    term,
    asMeant: draft.asMeant,
    region,
    proposer,
    ...(proposingParty && { proposingParty: proposingParty.id }),
    parties: draft.parties.map(({ how, office, outside, side }) =>
      how === 'outside' ? { outside, side } : { office: office?.id ?? '', side },
    ),
    ...(area.length > 0 && { area: area.map(({ id }) => id) }),
    submittingOffices: submittingOffices.map(({ id }) => id),
    ...(kind === 'pks' && parent && { parent: parent.id }),
    ...(kind === 'pks' && isBeyondParent(draft) && { parentException }),
    approvals: draft.approvals.map(({ key, offices, after }) => ({
      id: codeOf(key),
      offices: offices.map(({ id }) => id),
      after: after.map(codeOf),
    })),
    alongside: draft.alongside,
  };
}
