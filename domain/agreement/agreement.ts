/**
 * What an agreement is at any moment. This is the whole state that its workflow
 * carries for years and PostgreSQL stores as a reading copy: ids, codes, days and numbers, and
 * nothing that names a person or could not be shown to an operator of the engine.
 */
import type { AnsweredCommand, CommandMetadata, Recorder } from '../shared/command-metadata.ts';
import { addDays, openingOf } from '../shared/day.ts';
import type { Day, Instant, Term, Zone } from '../shared/day.ts';
import type { AgreementId, DeskId, EvidenceId, NoteId, OfficeId, UserId } from '../shared/ids.ts';
import type { DocumentForm, LawfulEnding, LegalBasis } from './legal-basis.ts';

/** MoU: the umbrella signed by the head of region. PKS: the implementing agreement. */
export type Kind = 'mou' | 'pks';

/** The stages in the order in which an agreement passes them. */
export const STAGES = [
  'proposal',
  'drafting',
  'review',
  'approval',
  'signing',
  'active',
  'ended',
] as const;
export type Stage = (typeof STAGES)[number];

/** Who did something: a user in the app, an office holder on paper, or somebody outside. */
export type Person = { kind: 'user' | 'holder' | 'outside'; id: string };

export type Side = 'government' | 'bpjs' | 'other';

/** A party's signature. Paper knows who signed (`actedBy`); the system knows who told it so. */
export type Signature = {
  actedBy: Person;
  recordedBy: Recorder;
  signedOn: Day;
  /** The business instant at which it was recorded. */
  recordedAt: Instant;
  evidenceId: EvidenceId | null;
};

/** A party's number; `dated` is the day on the numbered original. */
export type PartyNumber = { reservationId: string; noteId: NoteId; dated: Day };

/** One of the two or three who bind themselves. `outside` means: has no accounts here. */
export type Party = {
  id: DeskId;
  side: Side;
  outside: boolean;
  /** PostgreSQL holds the number itself, under the reservation and in the note. */
  number: PartyNumber | null;
  signature: Signature | null;
};

/** An approval that counts only for the version of the text it was given to. */
export type Approval = {
  textVersion: number;
  actedBy: Person;
  recordedBy: Recorder;
  on: Day;
  evidenceId: EvidenceId | null;
};

/**
 * A step of the approval route: any one of these offices, once the steps are done that stand at the
 * positions in `after`.
 */
export type ApprovalStep = {
  id: string;
  offices: OfficeId[];
  after: number[];
  approval: Approval | null;
};

/** Why a PKS may reach beyond its MoU, and the term for which that was allowed. */
export type TermException = { noteId: NoteId; term: Term };

/**
 * Why and when an agreement ended, or will end when the parties have agreed on a later day. `lastDay` is the
 * last day it is in force.
 */
export type Ending = {
  reason: 'expired' | 'terminated' | 'superseded' | 'withdrawn';
  lawful: LawfulEnding | null;
  lastDay: Day | null;
  /** The agreement that took its place, when the parties agreed on one and named it. */
  supersededBy: AgreementId | null;
};

/** Other dates; with letter and reason. `exceptionNoteId`: why a PKS is to reach beyond its MoU. */
export type DatesChange = {
  type: 'changeDates';
  term: Term;
  /** Said of a term that nobody would expect. */
  asMeant?: true;
  reasonNoteId: NoteId;
  /** The addendum or the minutes; needed once somebody has signed. */
  evidenceId?: EvidenceId;
  exceptionNoteId?: NoteId;
};

/** An end before the last day. */
export type Termination = {
  type: 'terminate';
  reason: LawfulEnding;
  /** The last day in force. */
  lastDay: Day;
  evidenceId: EvidenceId;
  /** The agreement that replaces this one, when the parties agreed on one. */
  supersededBy?: AgreementId;
};

/** An end that was agreed for a later day is given up. */
export type Continuation = { type: 'continue'; reasonNoteId: NoteId; evidenceId?: EvidenceId };

/** Another title, because the one that was typed is wrong. */
export type TitleCorrection = { type: 'correctTitle'; titleNoteId: NoteId; reasonNoteId: NoteId };

/** Another number or day of a party; null where the party has none after all. */
export type NumberCorrection = {
  type: 'correctNumber';
  party: DeskId;
  number: { noteId: NoteId; dated: Day } | null;
  oldPaper?: true;
  reasonNoteId: NoteId;
  evidenceId?: EvidenceId;
};

/** Another signatory or day of a party's signature; null where it has not signed after all. */
export type SignatureCorrection = {
  type: 'correctSignature';
  party: DeskId;
  signature: { actedBy: Person; signedOn: Day } | null;
  oldPaper?: true;
  reasonNoteId: NoteId;
  evidenceId?: EvidenceId;
};

/** What needs the consent of every party that it binds. */
export type MutualChange =
  | DatesChange
  | Termination
  | Continuation
  | TitleCorrection
  | NumberCorrection
  | SignatureCorrection;

/** What a party has asked for and others have not yet agreed to. Nothing of it holds until they have. */
export type PendingChange = {
  /** The command that asked. */
  id: string;
  change: MutualChange;
  party: DeskId;
  by: Recorder;
  on: Day;
  /** The parties whose consent is missing. */
  awaits: DeskId[];
};

/**
 * The state that rules decide by. It crosses continue-as-new and stands in every recording, so it stays
 * below 8 KB (docs/adr/0034): the area and the offices that submit lists stand in tables. Plain JSON without
 * a version number of its shape: a release adds optional members only, and rules keep members that they do
 * not know, so the release before can go on with it (docs/adr/0032).
 */
export type AgreementState = {
  /** Grows by one with every change, so that a store can tell a late write from a new one. */
  version: number;
  /**
   * Grows by one with every change of what people act on: their commands, and the stages that
   * days bring. What the engine notes for itself (a reminder, newer rules, a renewal) leaves it,
   * so that open forms stay good.
   */
  revision: number;
  id: AgreementId;
  kind: Kind;
  form: DocumentForm;
  legalBasis: LegalBasis;
  titleNoteId: NoteId;
  /** Ministry code of the region whose government is a party, for example `71.07`. */
  region: string;
  zone: Zone;
  /** The office that proposed it, and the party it belongs to (often it is the party). */
  proposer: OfficeId;
  proposingParty: DeskId;
  term: Term;
  /** The MoU above a PKS, and the exception that was recorded for a term beyond it. */
  parent: { id: AgreementId; exception: TermException | null } | null;
  renewalOf: AgreementId | null;
  /** The agreement that will follow this one. */
  renewal: { id: AgreementId; state: 'running' | 'signed' } | null;
  parties: Party[];
  stage: Stage;
  stageSince: Day;
  /** On whose desks the text lies ("posisi naskah"), and since when. */
  turn: { desks: DeskId[]; since: Day };
  /**
   * The text handed in last; version 0 means that none has been handed in yet. `writers` are the accounts
   * that recorded it: who handed it in, and who gave it other dates or another title since. None of them
   * approves it.
   */
  text: {
    version: number;
    /** The day on which this version came to be; null before the first. */
    since: Day | null;
    handedInBy: { desk: DeskId; person: Person } | null;
    writers: UserId[];
  };
  approvals: ApprovalStep[];
  /** Set before the agreement has ended where its parties have agreed on a later last day. */
  ending: Ending | null;
  pending: PendingChange | null;
  /** Milestones due on or before this day are dealt with, or lay behind when they were planned. */
  milestonesPassedUntil: Day;
  rulesVersion: number;
  /** How far (ms) the business clock ran ahead of the server's at the beginning; 0 if it is real. */
  clockOffset: number;
  /** Who proposed it, when, and by which request. */
  created: CommandMetadata;
  /** The last 16 commands. Update ids protect only within one run, so these cross with us. */
  recentCommands: AnsweredCommand[];
};

/** Whether it has ended. */
export function isEnded(agreement: AgreementState): boolean {
  return agreement.stage === 'ended';
}

/** The last day of the term, or the earlier one on which it ends or ended. */
export function lastDayOf({
  term,
  ending,
}: Pick<AgreementState, 'term'> & Partial<Pick<AgreementState, 'ending'>>): Day {
  return ending?.lastDay ?? term.end;
}

/** Whether it has ended without ever having been in force. */
export function neverInForce({ ending }: Pick<AgreementState, 'ending'>): boolean {
  return ending !== null && ending.lastDay === null;
}

/** Whether every party has signed; with a start day to come it still counts as signing. */
export function isFullySigned(agreement: AgreementState): boolean {
  return agreement.parties.every(({ signature }) => signature !== null);
}

/** The last signature's day; only asked of a fully signed agreement. */
export function lastSignedOn(agreement: AgreementState): Day {
  return agreement.parties
    .map(({ signature }) => signature?.signedOn ?? '')
    .reduce((last, day) => (day > last ? day : last), '');
}

/**
 * The instant of a signature, whose names it keeps: when it was recorded, or the end of its day where that
 * was earlier. Paper knows the day alone; of two things on one day, what was recorded first came first.
 */
export function signedAt({ signedOn, recordedAt }: Signature, zone: Zone): Instant {
  return Math.min(recordedAt, endOfDay(signedOn, zone));
}

/**
 * The instant of an approval of what all signed at `signed`, whose names it keeps: the end of its day, and on the
 * day of the last signature that instant, because all approvals came before it.
 */
export function approvedAt({ on }: Approval, zone: Zone, signed: Instant): Instant {
  return Math.min(endOfDay(on, zone), signed);
}

function endOfDay(day: Day, zone: Zone): Instant {
  return openingOf(addDays(day, 1), zone) - 1;
}

/** The instant of the last signature; null until every party has signed. */
export function fullySignedAt(parties: readonly Pick<ListedParty, 'signedAt'>[]): Instant | null {
  const instants = parties.flatMap(({ signedAt: at }) => at ?? []);
  return instants.length === parties.length ? Math.max(...instants) : null;
}

/** A party as lists show it, with the instant of its signature. */
export type ListedParty = Pick<Party, 'id' | 'side' | 'outside'> & { signedAt: Instant | null };

/** The parties without what they have done, but for when they signed. */
export function listedParties({
  parties,
  zone,
}: Pick<AgreementState, 'parties' | 'zone'>): ListedParty[] {
  return parties.map(({ id, side, outside, signature }) => {
    return { id, side, outside, signedAt: signature && signedAt(signature, zone) };
  });
}

/** The inside parties and the proposer; they may end or re-date the agreement. */
export function participantsOf({ parties, proposer }: AgreementState): OfficeId[] {
  const inside = parties.filter(({ outside }) => !outside).map(({ id }) => id);
  return [...new Set([...inside, proposer])];
}

/** The BPJS branch whose pipeline it stands in, unless that side is outside the system. */
export function branchOf({ parties }: Pick<AgreementState, 'parties'>): OfficeId | null {
  return parties.find(({ side, outside }) => side === 'bpjs' && !outside)?.id ?? null;
}

/**
 * The offices of this system that decide anything in it. They may see it, and so may those that submit
 * lists, which PostgreSQL knows.
 */
export function officesConcerned(agreement: AgreementState): OfficeId[] {
  const inside = agreement.parties.filter(({ outside }) => !outside).map(({ id }) => id);
  const approving = agreement.approvals.flatMap(({ offices }) => offices);
  return [...new Set([...inside, agreement.proposer, ...approving])];
}

/**
 * The offices whose people all may know who see the agreement: its parties, its proposer and those that
 * have approved it. An office that was only named has not agreed to be known.
 */
export function officesIntroduced(agreement: AgreementState): OfficeId[] {
  const approved = agreement.approvals.flatMap(
    ({ approval }) => approval?.recordedBy.officeId ?? [],
  );
  return [...new Set([...participantsOf(agreement), ...approved])];
}

/** Every desk the text may lie on: parties, the proposer and approving offices. */
export function desksOf(agreement: AgreementState): DeskId[] {
  const approving = agreement.approvals.flatMap(({ offices }) => offices);
  return [...new Set([...agreement.parties.map(({ id }) => id), agreement.proposer, ...approving])];
}
