/**
 * The end before the last day, for the reasons the law lists and for no other. What the parties agree on
 * needs each of them; what the law itself ends, one of them records. An end on a later day is kept: until
 * then the agreement is in force, and nobody is reminded to renew it.
 */
import { isFullySigned } from './agreement.ts';
import type { AgreementState, Continuation, Termination } from './agreement.ts';
import { insideParties, withConsent } from './consent.ts';
import type { Asking } from './consent.ts';
import { endingLawful, endsByLaw } from './legal-basis.ts';
import { ruleBroken } from './refusals.ts';
import { moveToStage } from './stage.ts';
import type { Decision } from './transition.ts';
import { requireParticipant } from './turn.ts';

export type Terminate = Asking<Termination>;
export type Continue = Asking<Continuation>;

/** Ends what has been signed, for a lawful reason and with its letter. */
export function terminate(agreement: AgreementState, command: Terminate): Decision {
  const bound = endsByLaw(command.reason) ? [] : insideParties(agreement);
  // An end by law is carried out also while a change waits for consent, which it makes moot.
  const given = endsByLaw(command.reason) ? { ...agreement, pending: null } : agreement;
  return withConsent(given, command, bound, ended);
}

/** Gives up an end that was agreed for a later day. */
export function keepInForce(agreement: AgreementState, command: Continue): Decision {
  return withConsent(agreement, command, insideParties(agreement), continued);
}

/** The agreement that ends: at once, or on the later day that was agreed. */
export function ended(agreement: AgreementState, command: Terminate): Decision {
  const { reason, lastDay, supersededBy = null, businessDay: today } = command;
  const { stage, legalBasis, term } = agreement;
  if (stage !== 'active' && !isFullySigned(agreement)) {
    throw ruleBroken('StageForbids', { command: 'terminate', stage });
  }
  requireParticipant(agreement, command.recordedBy.officeId);
  if (!endingLawful(reason, legalBasis)) throw ruleBroken('ReasonUnlawful', { reason, legalBasis });
  if (supersededBy !== null && (reason !== 'superseded' || supersededBy === agreement.id)) {
    throw ruleBroken('SuccessorUnsuitable', { agreement: supersededBy, reason });
  }
  // What never came into force has no last day in force.
  const neverInForce = stage !== 'active';
  if (!neverInForce && (lastDay < term.start || lastDay > term.end)) {
    throw ruleBroken('LastDayOutside', { lastDay, start: term.start, latest: term.end });
  }

  const ending = {
    reason: reason === 'superseded' ? ('superseded' as const) : ('terminated' as const),
    lawful: reason,
    lastDay: neverInForce ? null : lastDay,
    supersededBy,
  };
  const isAhead = !neverInForce && lastDay > today;
  const state = isAhead ? agreement : moveToStage(agreement, 'ended', [], command);
  const { evidenceId: evidence } = command;
  return {
    state: { ...state, ending },
    events: [
      { kind: 'terminated', lawful: reason, lastDay: ending.lastDay, evidence, supersededBy },
    ],
  };
}

/** The agreement that goes on to the last day of its term. */
export function continued(agreement: AgreementState, command: Continue): Decision {
  const { reasonNoteId: reason, evidenceId: evidence = null } = command;
  requireParticipant(agreement, command.recordedBy.officeId);
  if (agreement.ending === null) throw ruleBroken('NoEndingAhead', {});
  return {
    state: { ...agreement, ending: null },
    events: [{ kind: 'ending-given-up', lastDay: agreement.ending.lastDay, reason, evidence }],
  };
}
