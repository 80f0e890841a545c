/** Carries new reminder rules or a new calendar to every open agreement. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { Rules } from '../domain/milestone.ts';

const { tellOfNewRules } = proxyActivities<Activities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { maximumInterval: '30 seconds' },
});

/** Tells each open agreement once; answers how many were told. */
export async function replan(rules: Rules): Promise<number> {
  return tellOfNewRules(rules);
}
