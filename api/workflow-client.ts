/**
 * What the API asks of workflows. Each call may be repeated: starts and commands carry ids by which
 * the engine recognises them.
 */
import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ClockMove } from '../workflows/clock/messages.ts';
import type { AgreementId } from '../domain/shared/ids.ts';
import type { AgreementState } from '../domain/agreement/agreement.ts';
import type { Command } from '../domain/agreement/command.ts';
import { isRuleCode } from '../domain/refusals.ts';
import { RuleBroken } from '../domain/shared/refusal.ts';
import type { RuleParams } from '../domain/shared/refusal.ts';
import { ADVANCE_CLOCK, advanceClockId } from '../workflows/clock/messages.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../workflows/agreement/messages.ts';
import { ENTITIES_QUEUE, commandUpdate, longWorkQueue } from '../workflows/messages.ts';
import type { CommandResult } from '../domain/shared/command-metadata.ts';
import type { EntityResult } from '../workflows/messages.ts';
import { Refused } from './http/problems.ts';

/** The agreement has no running workflow: it has ended, or the engine has lost it. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** What the engine calls a command that its workflow had accepted when it was ended, to begin again. */
const ENDED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';

/** How long (ms) a caller waits before the outcome is called unknown. */
const PATIENCE = 10_000;

export type WorkflowClient = ReturnType<typeof createWorkflowClient>;

export function createWorkflowClient(client: Client, taskQueue: string = ENTITIES_QUEUE) {
  return {
    /** Starts an agreement's workflow, or finds it started by the same request before. */
    async start(agreement: AgreementState): Promise<void> {
      try {
        await reach(() =>
          client.workflow.start(AGREEMENT_LIFECYCLE, {
            taskQueue,
            workflowId: lifecycleId(agreement.id),
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            args: [agreement],
            typedSearchAttributes: searchAttributesOf(agreement),
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    /** Begins to move the training clock. Throws `ClockBusy` while it is being moved already. */
    async advanceClock(move: ClockMove): Promise<void> {
      try {
        await reach(() =>
          client.workflow.start(ADVANCE_CLOCK, {
            taskQueue: longWorkQueue(taskQueue),
            workflowId: advanceClockId(taskQueue),
            args: [move],
          }),
        );
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) throw new Refused('ClockBusy');
        throw error;
      }
    },

    /** Waits until the move of the training clock that is running has ended. */
    async clockMoved(): Promise<void> {
      await reach(() => client.workflow.getHandle(advanceClockId(taskQueue)).result());
    },

    /** Waits for the workflow's end and answers the refusal with which its agreement never existed. */
    async refusedAtStart(id: AgreementId, signal: AbortSignal): Promise<RuleBroken | null> {
      const handle = client.workflow.getHandle(lifecycleId(id));
      const { refusal } = (await client.withAbortSignal(signal, () =>
        handle.result(),
      )) as EntityResult;
      return refusal && new RuleBroken(refusal.code, refusal.params);
    },

    /**
     * Sends a command and waits until it is recorded. Throws the rule that it breaks, and
     * `NotRunning` when the agreement has no running workflow.
     */
    async sendCommand(id: AgreementId, command: Command): Promise<CommandResult> {
      try {
        const answer = await reach(() =>
          client.workflow.getHandle(lifecycleId(id)).executeUpdate(commandUpdate(command.type), {
            args: [command],
            updateId: command.commandId,
          }),
        );
        if (answer.refusal) throw new RuleBroken(answer.refusal.code, answer.refusal.params);
        return answer;
      } catch (error) {
        throw asRuleBroken(error);
      }
    },
  };

  async function reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await client.withDeadline(Date.now() + PATIENCE, work);
    } catch (error) {
      if (isUnreachable(error)) throw new Refused('Unavailable');
      throw error;
    }
  }
}

/** Whether an error says that the engine could not be reached in time. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const cause = error instanceof Error && error.cause ? error.cause : error;
  // CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION (a workflow task that
  // keeps failing takes no updates), ABORTED and UNAVAILABLE of gRPC.
  return [error, cause].some(
    (each) => isGrpcServiceError(each) && [1, 4, 8, 9, 10, 14].includes(each.code),
  );
}

// The failure's type is one of our codes only when a rule of ours refused; any other failure of
// an update is a defect and stays one.
function asRuleBroken(error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) return new NotRunning();
  const failure = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (failure instanceof ApplicationFailure && failure.type === ENDED_MEANWHILE)
    return new NotRunning();
  if (failure instanceof ApplicationFailure && isRuleCode(failure.type)) {
    return new RuleBroken(failure.type, (failure.details?.[0] ?? {}) as RuleParams);
  }
  return error;
}
