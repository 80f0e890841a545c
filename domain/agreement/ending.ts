/** The end before the last day, for the reasons the law lists and for no other. */
import { isFullySigned } from './agreement.ts';
import type { AgreementId, EvidenceId } from '../shared/ids.ts';
import type { AgreementState } from './agreement.ts';
import { earlier } from '../shared/day.ts';
import type { Day } from '../shared/day.ts';
import { endingLawful } from './legal-basis.ts';
import type { LawfulEnding } from './legal-basis.ts';
import { ruleBroken } from './refusals.ts';
import { moveToStage } from './stage.ts';
import type { Decision } from './transition.ts';
import { requireParticipant } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

export type Terminate = CommandMetadata & {
  type: 'terminate';
  reason: LawfulEnding;
  /** The last day in force. */
  lastDay: Day;
  evidenceId: EvidenceId;
  /** The agreement that replaces this one, when the parties agreed on one. */
  supersededBy?: AgreementId;
};

/** Ends what has been signed, for a lawful reason and with its letter. */
export function terminate(agreement: AgreementState, command: Terminate): Decision {
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
  const latest = earlier(today, term.end);
  if (!neverInForce && (lastDay < term.start || lastDay > latest)) {
    throw ruleBroken('LastDayOutside', { lastDay, start: term.start, latest });
  }

  const ended = moveToStage(agreement, 'ended', [], command);
  const ending = {
    reason: reason === 'superseded' ? ('superseded' as const) : ('terminated' as const),
    lawful: reason,
    lastDay: neverInForce ? null : lastDay,
    supersededBy,
  };
  const { evidenceId: evidence } = command;
  return {
    state: { ...ended, ending },
    events: [
      { kind: 'terminated', lawful: reason, lastDay: ending.lastDay, evidence, supersededBy },
    ],
  };
}
