/** Moves the clock of a training installation; one move at a time, by its one workflow id. */
import { proxyActivities } from '@temporalio/workflow';
import type { ClockActivities, ClockMove } from './messages.ts';

const activities = proxyActivities<ClockActivities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '1 minute',
  retry: { maximumInterval: '10 seconds' },
});

/** Advances the business clock to the morning of a day. */
export async function advanceClock(move: ClockMove): Promise<void> {
  await activities.advanceClock(move);
}
