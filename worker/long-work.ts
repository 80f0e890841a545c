/**
 * Carries the queue for long work into this release. Its workflows have no copy in PostgreSQL; what each
 * was begun with and told stands in its history, and its activities find out by themselves what is left.
 */
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { longWorkQueue } from '../workflows/messages.ts';
import type { Replayer } from './replayer.ts';

/** Sets those back to their beginning that do not replay with this release; answers their workflow ids. */
export async function resetLongWork(
  { client, taskQueue }: { client: Client; taskQueue: string },
  replayer: Pick<Replayer, 'replay'>,
): Promise<string[]> {
  const query = `TaskQueue = '${longWorkQueue(taskQueue)}' and ExecutionStatus = 'Running'`;
  const reset: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const history = await handle.fetchHistory();
    const { broken } = await replayer.replay({ workflowId, history });
    if (broken === null) continue;
    await setBack(client, handle, history);
    reset.push(workflowId);
  }
  return reset;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

// The signals of the run are given to its successor.
async function setBack(
  { options: { namespace }, workflowService }: Client,
  { workflowId }: WorkflowHandle,
  { events }: History,
): Promise<void> {
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const runId = events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId;
  await workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId: runId ?? '' },
    reason: 'does not replay with this release',
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: randomUUID(),
  });
}
