/** The dates of an agreement, and how a PKS lies inside its MoU. */
import { isFullySigned, lastDayOf } from './agreement.ts';
import type { AgreementState, DatesChange } from './agreement.ts';
import { signedInside, withConsent } from './consent.ts';
import type { Asking } from './consent.ts';
import { earlier, liesWithin } from '../shared/day.ts';
import type { Day, Term } from '../shared/day.ts';
import { asAnotherText } from './drafting.ts';
import { requireUsualTerm } from './plausible.ts';
import { ruleBroken } from './refusals.ts';
import { comeIntoForce } from './signing.ts';
import type { Decision } from './transition.ts';
import { requireParticipant } from './turn.ts';

/** An MoU above, as far as the rules ask about it. */
export type Parent = Pick<AgreementState, 'id' | 'kind' | 'stage' | 'term'> &
  Partial<Pick<AgreementState, 'ending'>>;

/** A PKS below, as far as the rules ask about it. */
type Child = Pick<AgreementState, 'id' | 'term' | 'parent'>;

export type ChangeDates = Asking<DatesChange>;

/**
 * Gives the agreement other dates, for a reason; parties that have signed the old ones have to agree. Whether
 * they agree with those of the MoU above and the PKS below is a reservation: only PostgreSQL knows them all.
 */
export function changeDates(agreement: AgreementState, command: ChangeDates): Decision {
  return withConsent(agreement, command, signedInside(agreement), datesChanged);
}

/** The agreement with other dates. Running out is never put off by this. */
export function datesChanged(agreement: AgreementState, command: ChangeDates): Decision {
  const { term, businessDay: today } = command;
  requireParticipant(agreement, command.recordedBy.officeId);
  requireTerm(term);
  requireUsualTerm(term, { today, asMeant: command.asMeant ?? false });
  if (agreement.ending) throw ruleBroken('EndingAgreed', { day: lastDayOf(agreement) });
  const signed = agreement.parties.flatMap(({ signature }) => signature ?? []);
  // The addendum or the minutes show what the parties, also those outside the system, have agreed on.
  if (signed.length > 0 && !command.evidenceId) throw ruleBroken('EvidenceRequired', {});
  const late = signed.find(({ signedOn }) => signedOn > term.end);
  if (late) throw ruleBroken('SignedAfterEnd', { day: late.signedOn, end: term.end });
  if (isFullySigned(agreement)) {
    // Neither a new end nor the present one may be over: what has run out is renewed.
    const end = earlier(term.end, agreement.term.end);
    if (end < today) throw ruleBroken('EndAlreadyPast', { end, today });
  }
  if (agreement.stage === 'active' && term.start > today) {
    throw ruleBroken('StartNotReached', { start: term.start, today });
  }

  const changed = withDates(agreement, command);
  // Other dates are another text: what was cleared or approved before was the old one.
  const agreeable = signed.length > 0 ? changed : asAnotherText(changed, command);
  const inForce = comeIntoForce(agreeable, command);
  const { term: before } = agreement;
  const { reasonNoteId: reason, evidenceId: evidence = null } = command;
  return {
    state: inForce.state,
    events: [{ kind: 'dates-changed', before, after: term, reason, evidence }, ...inForce.events],
  };
}

/** The agreement with these dates, and with the exception that is recorded for them. */
export function withDates(
  agreement: AgreementState,
  { term, exceptionNoteId: noteId }: Pick<ChangeDates, 'term' | 'exceptionNoteId'>,
): AgreementState {
  const { parent } = agreement;
  if (!parent || noteId === undefined) return { ...agreement, term };
  return { ...agreement, term, parent: { ...parent, exception: { noteId, term } } };
}

/** Refuses a term that ends before it starts. */
export function requireTerm({ start, end }: Term): void {
  if (end < start) throw ruleBroken('TermReversed', { start, end });
}

/** Whether an exception was recorded for these dates, or for longer ones. */
export function isExcepted({ term, parent }: Pick<AgreementState, 'term' | 'parent'>): boolean {
  const exception = parent?.exception ?? null;
  return exception !== null && liesWithin(term, exception.term);
}

/** Refuses to put a PKS under anything but an MoU that has not ended. */
export function requireUmbrella({ id: parent, kind, stage }: Parent): void {
  if (kind !== 'mou' || stage === 'ended') {
    throw ruleBroken('ParentUnsuitable', { parent, stage });
  }
}

/**
 * Refuses a PKS beyond its MoU, unless an exception was recorded for these dates. That holds also
 * when the MoU itself has ended meanwhile.
 */
export function requireBeneath(pks: Pick<AgreementState, 'term' | 'parent'>, mou: Parent): void {
  if (isExcepted(pks)) return;
  requireUmbrella(mou);
  const { start } = mou.term;
  const end = lastDayOf(mou);
  if (!liesWithin(pks.term, { start, end })) {
    throw ruleBroken('TermOutsideParent', { parent: mou.id, start, end });
  }
}

/**
 * Refuses dates that do not agree with those of the agreements above and below. A relative that is
 * about to get other dates is given twice, with each.
 */
export function requireTermsAgree(
  agreement: AgreementState,
  relatives: readonly AgreementState[],
): void {
  for (const mou of relatives.filter(({ id }) => id === agreement.parent?.id)) {
    requireBeneath(agreement, mou);
  }
  requireAbove(
    agreement.term,
    relatives.filter(({ parent, stage }) => parent?.id === agreement.id && stage !== 'ended'),
  );
}

/** Refuses to sign under an MoU that was over on that day, unless an exception was recorded. */
export function requireParentLived(
  { id, stage, ending }: Pick<AgreementState, 'id' | 'stage' | 'ending'>,
  pks: Pick<AgreementState, 'term' | 'parent'>,
  day: Day,
): void {
  const isOver = ending !== null && (ending.lastDay === null || ending.lastDay < day);
  if (isOver && !isExcepted(pks)) throw ruleBroken('ParentUnsuitable', { parent: id, stage });
}

function requireAbove(term: Term, children: readonly Child[]): void {
  const beyond = children.filter((child) => !isExcepted(child) && !liesWithin(child.term, term));
  if (beyond.length > 0) {
    const agreements = [...new Set(beyond.map(({ id }) => id))];
    throw ruleBroken('ChildrenReachBeyond', { agreements });
  }
}
