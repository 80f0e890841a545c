/**
 * What a change tells the timeline. An event is stored as it is, in the audit and for readers,
 * so it holds ids, codes, days and numbers only; pages make sentences from it. Never change the
 * meaning of a stored kind; add a new one.
 */
import type { AgreementId, DeskId, EvidenceId, NoteId, OfficeId } from '../shared/ids.ts';
import type { AgreementState, MutualChange, PartyNumber, Person, Stage } from './agreement.ts';
import type { Day, Term } from '../shared/day.ts';
import type { LawfulEnding } from './legal-basis.ts';

export type AgreementEvent =
  | { kind: 'created'; renewalOf: AgreementId | null }
  | {
      kind: 'submitted';
      from: Stage;
      desk: DeskId;
      actedBy: Person;
      textVersion: number;
      remarks: Remarks;
    }
  | {
      kind: 'returned';
      from: Stage;
      desk: DeskId;
      reason: NoteId;
      evidence: EvidenceId | null;
    }
  | { kind: 'turn-passed'; from: DeskId; to: DeskId; remarks: Remarks }
  | {
      kind: 'approved';
      step: string;
      office: OfficeId;
      actedBy: Person;
      textVersion: number;
      evidence: EvidenceId | null;
    }
  | {
      kind: 'numbered';
      party: DeskId;
      dated: Day;
      evidence: EvidenceId | null;
      /** Said of a paper that is older than the text. */
      oldPaper?: true;
    }
  | {
      kind: 'signed';
      party: DeskId;
      actedBy: Person;
      signedOn: Day;
      evidence: EvidenceId | null;
      oldPaper?: true;
    }
  | { kind: 'title-corrected'; before: NoteId; after: NoteId; reason: NoteId }
  | {
      kind: 'number-corrected';
      party: DeskId;
      before: PartyNumber;
      after: PartyNumber | null;
      reason: NoteId;
      evidence: EvidenceId | null;
    }
  | {
      kind: 'signature-corrected';
      party: DeskId;
      before: { actedBy: Person; signedOn: Day };
      after: { actedBy: Person; signedOn: Day } | null;
      reason: NoteId;
      evidence: EvidenceId | null;
    }
  /** A party asks for what the others have to agree to; it is told again when it is carried out. */
  | { kind: 'change-asked'; change: MutualChange; party: DeskId; awaits: DeskId[] }
  | { kind: 'change-confirmed'; party: DeskId; evidence: EvidenceId | null }
  | {
      kind: 'change-declined';
      change: MutualChange;
      party: DeskId;
      /** By the party that had asked. */
      takenBack: boolean;
      reason: NoteId;
    }
  | { kind: 'stage-reached'; stage: Stage }
  | {
      kind: 'dates-changed';
      before: Term;
      after: Term;
      reason: NoteId;
      evidence: EvidenceId | null;
    }
  | { kind: 'withdrawn'; reason: NoteId }
  | {
      kind: 'terminated';
      lawful: LawfulEnding;
      lastDay: Day | null;
      evidence: EvidenceId;
      supersededBy: AgreementId | null;
    }
  | {
      kind: 'ending-given-up';
      lastDay: Day | null;
      reason: NoteId;
      evidence: EvidenceId | null;
    }
  /** The day after the last one has come that the parties had agreed on. */
  | { kind: 'ending-reached'; lastDay: Day }
  | { kind: 'reminded'; daysLeft: number; missed: number[]; renewal: RenewalState }
  | { kind: 'started' }
  | { kind: 'expired'; missed: number[]; renewal: RenewalState }
  | { kind: 'renewal-moved'; renewal: AgreementId; state: 'running' | 'signed' | 'withdrawn' }
  /** Told of an agreement that rests on another one, when that one ends or gets other dates. */
  | {
      kind: 'underlying-changed';
      agreement: AgreementId;
      relation: 'parent' | 'before';
      event: Extract<
        AgreementEvent,
        { kind: 'terminated' | 'withdrawn' | 'dates-changed' | 'ending-given-up' }
      >;
    }
  | { kind: 'replanned'; rulesVersion: number }
  /** An older PostgreSQL took the state back; what led from one version to the other is lost. */
  | { kind: 'restored'; from: number; to: number; numbersLost: DeskId[] };

/** Where the agreement's renewal stood at that moment. */
export type RenewalState = 'none' | 'running' | 'signed';

/** What the caller added: a remark and a letter, each by id. */
export type Remarks = { note: NoteId | null; evidence: EvidenceId | null };

/** A rule's outcome before it is numbered: the agreement as it then stands and what to tell. */
export type Decision = { state: AgreementState; events: AgreementEvent[] };

/** A change of an agreement: what it is now, and what has to be told of it. */
export type Transition = {
  state: AgreementState;
  events: AgreementEvent[];
  /** Desks on which the text has just arrived and whose people should be told by mail. */
  desksToNotify: DeskId[];
};

/**
 * Numbers a decision that calls no desk: the version grows by one from the agreement before, and the
 * revision grows where another stage begins.
 */
export function numbered(
  before: AgreementState,
  { state: agreement, events }: Decision,
): Transition {
  const version = before.version + 1;
  const revision = before.revision + (agreement.stage === before.stage ? 0 : 1);
  return { state: { ...agreement, version, revision }, events, desksToNotify: [] };
}
