/** The peers: the least that a workflow with one regular activity can be. */
import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing: () => Promise<void> }>({
  startToCloseTimeout: '30 seconds',
});

/** Does one activity and ends. */
export async function bareCreation(): Promise<void> {
  await nothing();
}

/** An update that does one activity. */
export const bareUpdate = defineUpdate('bareUpdate');

/** Runs until told otherwise and takes updates. */
export async function bareEntity(): Promise<void> {
  setHandler(bareUpdate, () => nothing());
  await condition(() => false);
  await condition(allHandlersFinished);
}
