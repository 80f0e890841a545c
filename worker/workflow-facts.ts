/**
 * What the engine knows of an agreement's workflow, read from the history of its newest run
 * without replaying it and without a worker.
 */
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Recorded, Recording, Reservation } from '../workflows/messages.ts';
import type { AgreementId, NoteId } from '../domain/shared/ids.ts';
import type { AgreementState } from '../domain/agreement/agreement.ts';
import type { Command } from '../domain/agreement/command.ts';
import type { Transition } from '../domain/agreement/transition.ts';
import {
  AGREEMENT_ACTIVITIES,
  AGREEMENT_LIFECYCLE,
  lifecycleId,
} from '../workflows/agreement/messages.ts';

/** The newest run of an agreement's workflow. */
export type WorkflowFacts = {
  id: AgreementId;
  running: boolean;
  history: History;
  /** The state that the run began with. */
  begun: AgreementState;
  /** The recorded states that stand in the history, in their order. */
  told: AgreementState[];
  /** The version that the engine knows to be recorded in PostgreSQL; 0 before the first. */
  recorded: number;
  /** Notes that reservations under way ask for. */
  awaitedNotes: NoteId[];
};

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

const { PendingActivityState, PendingWorkflowTaskState } = proto.temporal.api.enums.v1;

/** What gRPC calls a workflow that is missing, and a namespace as well. */
const NOT_FOUND = 5;

/** The newest run, or null when the engine knows none. */
export async function readWorkflow(client: Client, id: AgreementId): Promise<WorkflowFacts | null> {
  const history = await historyOf(client, id);
  return history && factsIn(id, history);
}

/**
 * Whether a worker has been handed something of the workflow and has not answered yet. What it records
 * in PostgreSQL meanwhile stands in the history afterwards only.
 */
export async function isAtWork(client: Client, id: AgreementId): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(lifecycleId(id)).describe();
  const { PENDING_WORKFLOW_TASK_STATE_STARTED: handedOut } = PendingWorkflowTaskState;
  const { PENDING_ACTIVITY_STATE_STARTED: begun } = PendingActivityState;
  return (
    raw.pendingWorkflowTask?.state === handedOut ||
    (raw.pendingActivities ?? []).some(({ state }) => state === begun)
  );
}

/** Every agreement whose workflow the engine lists as running on this queue. */
export async function runningWorkflows(client: Client, taskQueue: string): Promise<AgreementId[]> {
  const query =
    `WorkflowType = '${AGREEMENT_LIFECYCLE}' and ExecutionStatus = 'Running' ` +
    `and TaskQueue = '${taskQueue}'`;
  const ids: AgreementId[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    ids.push(workflowId.replace(lifecycleId(''), ''));
  }
  return ids;
}

async function historyOf(client: Client, id: AgreementId): Promise<History | null> {
  const handle = client.workflow.getHandle(lifecycleId(id));
  try {
    return await handle.fetchHistory();
  } catch (error) {
    // A bare gRPC status. Asking for the description tells a workflow that is missing from a
    // namespace that is.
    if (!isGrpcServiceError(error) || Number(error.code) !== NOT_FOUND) throw error;
  }
  try {
    await handle.describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
  // Begun between the two questions.
  return handle.fetchHistory();
}

function factsIn(id: AgreementId, history: History): WorkflowFacts {
  const events = history.events ?? [];
  const scheduled = new Map<string, { type: string; input: Payload | undefined }>();
  const told: AgreementState[] = [];
  let recorded = 0;
  let begun: AgreementState | undefined;
  const note = (result: Payload | undefined, asked?: Payload) => {
    const { version, held, refusal, moot } = valueOf<Recorded<AgreementState>>(result);
    if (refusal || moot) return;
    recorded = Math.max(recorded, version);
    // A local activity leaves its result and not what it was given.
    const state = held ?? (asked && valueOf<Recording<Transition>>(asked).change.state);
    if (state) told.push(state);
  };

  for (const event of events) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      begun = valueOf<AgreementState>(started.input?.payloads?.[0]);
      recorded = begun.version;
    }
    const asked = event.activityTaskScheduledEventAttributes;
    if (asked) {
      const type = asked.activityType?.name ?? '';
      scheduled.set(String(event.eventId), {
        type,
        input: asked.input?.payloads?.[0] ?? undefined,
      });
    }
    const done = event.activityTaskCompletedEventAttributes;
    const ended = done && scheduled.get(String(done.scheduledEventId));
    if (ended?.type === AGREEMENT_ACTIVITIES.record) note(done?.result?.payloads?.[0], ended.input);
    const over =
      done ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    if (over) scheduled.delete(String(over.scheduledEventId));
    const local = event.markerRecordedEventAttributes;
    if (local?.markerName === 'core_local_activity' && !local.failure) {
      const { activity_type: type } = valueOf<{ activity_type: string }>(
        local.details?.['data']?.payloads?.[0],
      );
      if (type === AGREEMENT_ACTIVITIES.record) note(local.details?.['result']?.payloads?.[0]);
    }
  }
  if (!begun) throw new Error('a history without a beginning');
  const reservations = [...scheduled.values()].filter(
    ({ type }) => type === AGREEMENT_ACTIVITIES.reserve,
  );
  const awaitedNotes = reservations.flatMap(({ input }) => {
    const { command } = valueOf<Reservation<AgreementState, Command>>(input);
    return command.type === 'recordNumber' ? [command.numberNoteId] : [];
  });
  const running = isRunning(events.at(-1));
  return { id, running, history, begun, told, recorded, awaitedNotes };
}

function isRunning(last: Event | undefined): boolean {
  return !(
    last?.workflowExecutionCompletedEventAttributes ??
    last?.workflowExecutionFailedEventAttributes ??
    last?.workflowExecutionTimedOutEventAttributes ??
    last?.workflowExecutionTerminatedEventAttributes ??
    last?.workflowExecutionCanceledEventAttributes
  );
}

function valueOf<T>(payload: Payload | null | undefined): T {
  if (!payload) throw new Error('a history without its payloads');
  return defaultPayloadConverter.fromPayload<T>(payload);
}
