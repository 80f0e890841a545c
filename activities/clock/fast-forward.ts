/**
 * Moves the time of single executions on the real server. Works only where the server allows
 * skipping, which is never the main namespace of a real installation.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Instant } from '../../domain/shared/day.ts';

const { FastForwardPollingResult } = proto.temporal.api.enums.v1;

/**
 * How far beyond its target a forward aims. A timer fires late by as long as the task took that
 * set it; one that is just expiring when a forward begins is leapt over by the server.
 */
const MARGIN = 60_000;

/** Milestones and their activities that one fast-forward may pass; each costs a skip or two. */
const SKIPS = 10_000;

/**
 * Takes an execution to this instant of its own (server) time and waits until everything that
 * was due by then has been done. Answers `ended` when it ended before that.
 */
export async function fastForward(
  client: Client,
  workflowId: string,
  target: Instant,
): Promise<'reached' | 'ended'> {
  const { namespace } = client.options;
  const workflowExecution = { workflowId };
  const current = await currentTime(client, workflowId);
  if (current === 'ended') return 'ended';
  const ahead = target + MARGIN - current;
  if (ahead <= 0) return 'reached';

  const fastForwardId = `fast-forward-${randomUUID()}`;
  const duration = { seconds: Math.floor(ahead / 1000), nanos: (ahead % 1000) * 1_000_000 };
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        maxSessionSkipCount: SKIPS,
        fastForwardConfig: { id: fastForwardId, duration: duration as never },
      },
    },
  });
  for (;;) {
    const { fastForwardPollingResult: result, failedReason } =
      await client.workflowService.pollWorkflowExecutionTimeSkipping({
        namespace,
        workflowExecution,
        fastForwardId,
      });
    if (result === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) {
      return 'reached';
    }
    if (result === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED) {
      if ((await currentTime(client, workflowId)) === 'ended') return 'ended';
      throw new Error(`fast-forward of ${workflowId} failed: ${failedReason}`);
    }
  }
}

/** An execution's own time: the server's, plus what it has skipped. */
export async function currentTime(client: Client, workflowId: string): Promise<Instant | 'ended'> {
  const { namespace } = client.options;
  const description = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId },
  });
  const { RUNNING } = statuses;
  if (description.workflowExecutionInfo?.status !== RUNNING) return 'ended';
  const time = description.workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  return time
    ? Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000)
    : Date.now();
}

const statuses = {
  RUNNING: proto.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
};
