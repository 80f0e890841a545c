/** Whether a workflow could be taken up by another worker: each of its runs is replayed. */
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Engine } from './engine.ts';

/** Replays every run of an agreement's workflow; answers what does not replay. */
export async function brokenRuns(
  { client, ground }: Pick<Engine, 'client' | 'ground'>,
  workflowId: string,
): Promise<string[]> {
  const broken: string[] = [];
  const bundle = { workflowBundle: { codePath: ground.bundlePath } };
  for await (const { error } of Worker.runReplayHistories(bundle, runsOf(client, workflowId))) {
    if (error) broken.push(error.message);
  }
  return broken;
}

async function* runsOf(client: Client, workflowId: string) {
  let runId: string | undefined;
  do {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    yield { workflowId, history };
    const began = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    runId = began?.continuedExecutionRunId || undefined;
  } while (runId !== undefined);
}
