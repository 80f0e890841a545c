/** How an agreement begins: what a proposal must say before its workflow is started. */
import type { AgreementId, DeskId, NoteId, OfficeId } from '../shared/ids.ts';
import type { AgreementState, ApprovalStep, Side } from './agreement.ts';
import { requireCompletableRoute, stepNames } from './approval.ts';
import type { ProposedStep } from './approval.ts';
import { addDays } from '../shared/day.ts';
import type { Term, Zone } from '../shared/day.ts';
import { numbered } from './transition.ts';
import type { Transition } from './transition.ts';
import { basisInForce, formSuits } from './legal-basis.ts';
import type { DocumentForm, LegalBasis } from './legal-basis.ts';
import { answersForAll, rootKindOf } from '../office/office.ts';
import type { OfficeKind } from '../office/office.ts';
import { requireUsualTerm } from './plausible.ts';
import { ruleBroken } from './refusals.ts';
import { requireBeneath, requireTerm, requireUmbrella } from './term.ts';
import type { Parent } from './term.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

/** All that is chosen at intake and decided by. */
export type Proposal = {
  id: AgreementId;
  kind: 'mou' | 'pks';
  form: DocumentForm;
  legalBasis: LegalBasis;
  titleNoteId: NoteId;
  region: string;
  zone: Zone;
  proposer: OfficeId;
  proposingParty: DeskId;
  term: Term;
  /** Said of a term that nobody would expect. */
  asMeant?: boolean;
  /** The MoU above as it stands, and why the term may reach beyond it. */
  parent: (Parent & { exceptionNoteId: NoteId | null }) | null;
  renewalOf: AgreementId | null;
  parties: { id: DeskId; side: Side; outside: boolean }[];
  approvals: ProposedStep[];
  rulesVersion: number;
  clockOffset: number;
  created: CommandMetadata;
};

/** The agreement as its workflow first receives it: version 0, not yet recorded by anybody. */
export function propose(proposal: Proposal): AgreementState {
  const { kind, form, legalBasis, term, created } = proposal;
  const { businessDay: today } = created;
  if (!formSuits(form, kind)) throw ruleBroken('FormUnsuitable', { form, kind });
  if (!basisInForce(legalBasis, today)) throw ruleBroken('LegalBasisUnknown', { legalBasis });
  requireParties(proposal);
  requireTerm(term);
  requireUsualTerm(term, { today, asMeant: proposal.asMeant ?? false });
  requireCompletableRoute(proposal.approvals);
  const parent = proposal.parent && placedUnder(proposal.parent, proposal);

  return {
    version: 0,
    revision: 1,
    id: proposal.id,
    kind,
    form,
    legalBasis,
    titleNoteId: proposal.titleNoteId,
    region: proposal.region,
    zone: proposal.zone,
    proposer: proposal.proposer,
    proposingParty: proposal.proposingParty,
    term,
    parent,
    renewalOf: proposal.renewalOf,
    renewal: null,
    parties: proposal.parties.map((party) => ({ ...party, number: null, signature: null })),
    stage: 'proposal',
    stageSince: today,
    turn: { desks: [proposal.proposer], since: today },
    text: { version: 0, since: null, handedInBy: null, writers: [] },
    approvals: routeOf(proposal.approvals),
    ending: null,
    pending: null,
    milestonesPassedUntil: addDays(today, -1),
    rulesVersion: proposal.rulesVersion,
    clockOffset: proposal.clockOffset,
    created,
    recentCommands: [{ id: created.commandId, version: 1, code: null }],
  };
}

function routeOf(steps: readonly ProposedStep[]): ApprovalStep[] {
  const names = steps.map(({ id }) => id);
  return steps.map(({ id, offices, after }) => {
    return { id, offices, after: after.map((name) => names.indexOf(name)), approval: null };
  });
}

/** The route of an agreement as it would be proposed again. */
export function proposedAgain({ approvals }: Pick<AgreementState, 'approvals'>): ProposedStep[] {
  return approvals.map(({ id, offices, after }) => {
    return { id, offices, after: stepNames(approvals, after) };
  });
}

/**
 * The first change of every agreement: it exists. Where another office began it, as with a renewal by
 * the other side, those on whose desk it now lies are told.
 */
export function begin(agreement: AgreementState): Transition {
  const { renewalOf, proposer, created } = agreement;
  const change = numbered(agreement, {
    state: agreement,
    events: [{ kind: 'created', renewalOf }],
  });
  return { ...change, desksToNotify: created.recordedBy.officeId === proposer ? [] : [proposer] };
}

/** What has to be known of an office that is to be a party. */
export type PartyOffice = {
  id: OfficeId;
  kind: OfficeKind;
  institution: OfficeId;
  /** The offices from the root of its tree down to itself. */
  path: OfficeId[];
  /** Ministry code of its institution's region; BPJS has none. */
  region: string | null;
};

/**
 * Refuses a proposal in which an office stands on another side than its own, speaks for a party that it does
 * not belong to, or names a region whose government is no party.
 */
export function requireOwnPlaces(
  { parties, proposingParty, region }: Pick<Proposal, 'parties' | 'proposingParty' | 'region'>,
  offices: readonly PartyOffice[],
  proposer: PartyOffice,
): void {
  for (const party of parties) {
    const office = offices.find(({ id }) => id === party.id);
    const side = party.outside ? party.side : office && sideOf(office.kind);
    if (side !== party.side) throw ruleBroken('SideWrong', { party: party.id });
  }
  const speaking = offices.find(({ id }) => id === proposingParty);
  if (speaking && !speaksFor(proposer, speaking)) {
    throw ruleBroken('ProposerApart', { party: proposingParty });
  }
  const governments = offices.filter(({ kind }) => sideOf(kind) === 'government');
  if (governments.length > 0 && !governments.some((office) => office.region === region)) {
    throw ruleBroken('RegionApart', { region });
  }
}

// Whoever proposes takes part, and may end the agreement on that side: an office above the party or below it,
// or one that answers for its whole institution. Branches of BPJS do not speak for one another.
function speaksFor(proposer: PartyOffice, party: PartyOffice): boolean {
  const inLine = proposer.path.includes(party.id) || party.path.includes(proposer.id);
  return proposer.institution === party.institution && (inLine || answersForAll(proposer.kind));
}

/** An institution in which somebody has an account. */
export type PresentInstitution = {
  id: OfficeId;
  kind: OfficeKind;
  region: string | null;
  /** The parties whose names are that of one of its offices. */
  named: { party: DeskId; office: OfficeId }[];
};

/**
 * Refuses a party outside the system whose institution is in it and can speak for itself: BPJS, the
 * government of the agreement's region where no other government is a party, and whoever bears the name of
 * an office that is known here.
 */
export function requireOutside(
  proposal: Pick<Proposal, 'parties' | 'region'>,
  present: readonly PresentInstitution[],
): void {
  const [joined] = joinedParties(proposal, present);
  if (joined) throw ruleBroken('PartyInSystem', { office: joined.institution });
}

/** A party outside the system whose institution is in it, and the one office there that bears its name. */
export type JoinedParty = { party: DeskId; institution: OfficeId; office: OfficeId | null };

/** The parties outside the system that could speak for themselves. */
export function joinedParties(
  { parties, region }: Pick<Proposal, 'parties' | 'region'>,
  present: readonly PresentInstitution[],
): JoinedParty[] {
  const insideGovernment = parties.some((party) => party.side === 'government' && !party.outside);
  const bears =
    ({ id }: { id: DeskId }) =>
    ({ party }: { party: DeskId }) =>
      party === id;
  const isOf = (party: Proposal['parties'][number]) => (institution: PresentInstitution) =>
    institution.named.some(bears(party)) ||
    (party.side === 'bpjs' && institution.kind === 'bpjs-head-office') ||
    (party.side === 'government' &&
      !insideGovernment &&
      institution.kind === 'government' &&
      institution.region === region);
  return parties
    .filter(({ outside }) => outside)
    .flatMap((party) => {
      const own = present.find(isOf(party));
      const bearers = own?.named.filter(bears(party)) ?? [];
      const office = bearers.length === 1 ? (bearers[0]?.office ?? null) : null;
      return own ? [{ party: party.id, institution: own.id, office }] : [];
    });
}

/** The side on which an office stands. */
export function sideOf(kind: OfficeKind): Side {
  return ({ government: 'government', 'bpjs-head-office': 'bpjs', operator: 'other' } as const)[
    rootKindOf(kind)
  ];
}

// Asked of the MoU as the API reads it, and again under a lock when the agreement is first recorded.
function placedUnder(
  { exceptionNoteId: noteId, ...mou }: NonNullable<Proposal['parent']>,
  { kind, term }: Proposal,
): AgreementState['parent'] {
  if (kind !== 'pks') throw ruleBroken('ParentUnsuitable', { parent: mou.id });
  const parent = { id: mou.id, exception: noteId === null ? null : { noteId, term } };
  requireUmbrella(mou);
  requireBeneath({ term, parent }, mou);
  return parent;
}

function requireParties({ parties, proposingParty }: Proposal): void {
  const ids = parties.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  const inside = parties.filter(({ outside }) => !outside).map(({ id }) => id);
  if (twice !== undefined) throw ruleBroken('PartyTwice', { party: twice });
  if (ids.length < 2 || ids.length > 3) {
    throw ruleBroken('PartyCountWrong', { count: ids.length });
  }
  for (const side of ['government', 'bpjs'] as const) {
    if (!parties.some((party) => party.side === side)) throw ruleBroken('SidesMissing', { side });
  }
  if (!inside.includes(proposingParty)) {
    throw ruleBroken('ProposerApart', { party: proposingParty });
  }
}
