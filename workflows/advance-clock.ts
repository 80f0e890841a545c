/** Moves the clock of a training installation; one move at a time, by its one workflow id. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { ClockMove } from '../activities/training-clock.ts';

const activities = proxyActivities<Activities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '1 minute',
  retry: { maximumInterval: '10 seconds' },
});

/** Advances the business clock to the morning of a day. */
export async function advanceClock(move: ClockMove): Promise<void> {
  await activities.advanceClock(move);
}
