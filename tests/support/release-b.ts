/**
 * The workflows of another release: an agreement's run notes something before it does anything else, so
 * no run in which one of the two releases has done anything replays with the other.
 */
import { upsertMemo } from '@temporalio/workflow';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Plan } from '../../domain/shared/plan.ts';
import { agreementLifecycle as lifecycle } from '../../workflows/agreement/lifecycle.ts';
import type { EntityResult } from '../../workflows/messages.ts';

export { advanceClock } from '../../workflows/clock/advance-clock.ts';
export { replan } from '../../workflows/calendar/replan.ts';

/** An agreement's lifecycle, with a note that no other release makes. */
export function agreementLifecycle(input: AgreementState, planned?: Plan): Promise<EntityResult> {
  upsertMemo({ release: 'b' });
  return lifecycle(input, planned);
}
