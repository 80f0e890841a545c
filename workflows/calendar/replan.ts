/** Carries new reminder rules or a new calendar to every open agreement. */
import { condition, proxyActivities, setHandler } from '@temporalio/workflow';
import { rulesPublished } from './messages.ts';
import type { ReplanningActivities } from './messages.ts';

const { tellOfNewRules } = proxyActivities<ReplanningActivities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { maximumInterval: '30 seconds' },
});

/**
 * Tells each open agreement that is behind. There is one such workflow at a time, started by the
 * signal of a publication; what is published while it goes round sends it round again.
 */
export async function replan(): Promise<void> {
  let published = 0;
  let carried = 0;
  setHandler(rulesPublished, () => {
    published += 1;
  });
  await condition(() => published > 0);
  while (carried < published) {
    carried = published;
    await tellOfNewRules();
  }
}
