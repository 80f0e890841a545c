/** The dates of an agreement, and how a PKS lies inside its MoU. */
import { isFullySigned } from './agreement.ts';
import type {
  AgreementId,
  AgreementState,
  EvidenceId,
  Given,
  Kind,
  NoteId,
  Stage,
} from './agreement.ts';
import { readySteps } from './approval.ts';
import { earlier, liesWithin } from './day.ts';
import type { Day, Term } from './day.ts';
import { RuleBroken } from './rule-broken.ts';
import { comeIntoForce } from './signing.ts';
import { enter } from './stage.ts';
import type { Step } from './happening.ts';
import { requireParticipant, withTurn } from './turn.ts';

/** The MoU above, as far as the rules ask about it. */
export type Parent = { id: AgreementId; kind: Kind; stage: Stage; term: Term };

/** A PKS below, as far as the rules ask about it. */
export type Child = { id: AgreementId; term: Term; excepted: boolean };

export type ChangeDates = Given & {
  type: 'changeDates';
  term: Term;
  reasonNoteId: NoteId;
  /** The addendum or the minutes; needed once somebody has signed. */
  evidenceId?: EvidenceId;
  /** The recorded exception when a PKS is to reach beyond its MoU. */
  exceptionNoteId?: NoteId;
  /** The MoU above and the PKS below as they stood when the command was given. */
  parent?: Parent;
  children: Child[];
};

/** Gives the agreement other dates, for a reason. Running out is never put off by this. */
export function changeDates(agreement: AgreementState, command: ChangeDates): Step {
  const { term, businessDay: today } = command;
  requireParticipant(agreement, command.recordedBy.officeId);
  requireTerm(term);
  const signed = agreement.parties.flatMap(({ signature }) => signature ?? []);
  // Whoever has signed bound himself to the old dates; a letter shows that he knows the new ones.
  if (signed.length > 0 && !command.evidenceId) throw new RuleBroken('EvidenceRequired', {});
  const late = signed.find(({ signedOn }) => signedOn > term.end);
  if (late) throw new RuleBroken('SignedAfterEnd', { day: late.signedOn, end: term.end });
  if (isFullySigned(agreement)) {
    // Neither a new end nor the present one may be over: what has run out is renewed.
    const end = earlier(term.end, agreement.term.end);
    if (end < today) throw new RuleBroken('EndAlreadyPast', { end, today });
  }
  if (agreement.stage === 'active' && term.start > today) {
    throw new RuleBroken('StartNotReached', { start: term.start, today });
  }
  const { parent: above } = agreement;
  const exceptionNoteId = command.exceptionNoteId ?? above?.exceptionNoteId ?? null;
  // A recorded exception holds also when the MoU itself has ended meanwhile.
  if (command.parent && !exceptionNoteId) requireWithinParent(term, command.parent, null);
  requireChildrenWithin(term, command.children);

  const changed = { ...agreement, term, parent: above && { ...above, exceptionNoteId } };
  const approvable = signed.length > 0 ? changed : approvedAnew(changed, command);
  const inForce = comeIntoForce(approvable, command);
  const { term: before } = agreement;
  const { reasonNoteId: reason, evidenceId: evidence = null } = command;
  return {
    agreement: inForce.agreement,
    happened: [
      { kind: 'dates-changed', before, after: term, reason, evidence },
      ...inForce.happened,
    ],
  };
}

// Other dates are another text: what was approved before counts for the old one only.
function approvedAnew(agreement: AgreementState, given: Given): AgreementState {
  const { stage, text } = agreement;
  if (stage !== 'approval' && stage !== 'signing') return agreement;
  const anew = { ...agreement, text: { ...text, version: text.version + 1 } };
  const approvers = readySteps(anew).flatMap(({ offices }) => offices);
  if (approvers.length === 0) return anew;
  return stage === 'approval'
    ? withTurn(anew, approvers, given.businessDay)
    : enter(anew, 'approval', approvers, given);
}

/** Refuses a term that ends before it starts. */
export function requireTerm({ start, end }: Term): void {
  if (end < start) throw new RuleBroken('TermReversed', { start, end });
}

/** Refuses a PKS beyond its MoU, unless the exception is recorded. */
export function requireWithinParent(term: Term, parent: Parent, exception: NoteId | null): void {
  if (parent.kind !== 'mou' || parent.stage === 'ended') {
    throw new RuleBroken('ParentUnsuitable', { parent: parent.id, stage: parent.stage });
  }
  if (!exception && !liesWithin(term, parent.term)) {
    throw new RuleBroken('TermOutsideParent', {
      parent: parent.id,
      start: parent.term.start,
      end: parent.term.end,
    });
  }
}

/** Refuses to sign under an MoU that was over on that day, unless the exception is recorded. */
export function requireParentLived(
  { id, stage, ending }: Pick<AgreementState, 'id' | 'stage' | 'ending'>,
  exception: NoteId | null,
  day: Day,
): void {
  const isOver = ending !== null && (ending.lastDay === null || ending.lastDay < day);
  if (isOver && !exception) throw new RuleBroken('ParentUnsuitable', { parent: id, stage });
}

function requireChildrenWithin(term: Term, children: readonly Child[]): void {
  const beyond = children.filter((child) => !child.excepted && !liesWithin(child.term, term));
  if (beyond.length > 0) {
    throw new RuleBroken('ChildrenReachBeyond', { agreements: beyond.map(({ id }) => id) });
  }
}
