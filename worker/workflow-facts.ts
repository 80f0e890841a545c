/**
 * What the engine knows of an entity's workflow, read from the history of its newest run without
 * replaying it and without a worker.
 */
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { workflowIdOf } from '../activities/entity.ts';
import type { EntityKind } from '../activities/entity.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import type { EntityCommand, Recorded, Recording, Reservation } from '../workflows/messages.ts';

/** One entity of one kind. */
export type EntityRef = { kind: EntityKind; id: string };

/** The newest run of an entity's workflow. */
export type WorkflowFacts = {
  workflowId: string;
  running: boolean;
  history: History;
  /** The state that the run began with. */
  begun: EntityState;
  /** The recorded states that stand in the history, in their order. */
  told: EntityState[];
  /** The version that the engine knows to be recorded in PostgreSQL; 0 before the first. */
  recorded: number;
  /** Commands that wait to be granted something. */
  waiting: EntityCommand[];
};

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

const { PendingActivityState, PendingWorkflowTaskState } = proto.temporal.api.enums.v1;

/** What gRPC calls a workflow that is missing, and a namespace as well. */
const NOT_FOUND = 5;

/** The newest run, or null when the engine knows none. */
export async function readWorkflow(client: Client, ref: EntityRef): Promise<WorkflowFacts | null> {
  const history = await historyOf(client, ref);
  return history && factsIn(ref, history);
}

/**
 * Whether a worker has been handed something of the workflow and has not answered yet. What it records
 * in PostgreSQL meanwhile stands in the history afterwards only.
 */
export async function isAtWork(client: Client, { kind, id }: EntityRef): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(workflowIdOf(kind, id)).describe();
  const { PENDING_WORKFLOW_TASK_STATE_STARTED: handedOut } = PendingWorkflowTaskState;
  const { PENDING_ACTIVITY_STATE_STARTED: begun } = PendingActivityState;
  return (
    raw.pendingWorkflowTask?.state === handedOut ||
    (raw.pendingActivities ?? []).some(({ state }) => state === begun)
  );
}

/** Every entity of this kind whose workflow the engine lists as running on this queue. */
export async function runningWorkflows(
  client: Client,
  { workflowType, workflowIdPrefix }: EntityKind,
  taskQueue: string,
): Promise<string[]> {
  const query =
    `WorkflowType = '${workflowType}' and ExecutionStatus = 'Running' ` +
    `and TaskQueue = '${taskQueue}'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    ids.push(workflowId.replace(workflowIdPrefix, ''));
  }
  return ids;
}

async function historyOf(client: Client, { kind, id }: EntityRef): Promise<History | null> {
  const handle = client.workflow.getHandle(workflowIdOf(kind, id));
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

function factsIn({ kind, id }: EntityRef, history: History): WorkflowFacts {
  const { activities } = kind;
  const events = history.events ?? [];
  const scheduled = new Map<string, { type: string; input: Payload | undefined }>();
  const told: EntityState[] = [];
  let recorded = 0;
  let begun: EntityState | undefined;
  const note = (result: Payload | undefined, asked?: Payload) => {
    const { version, held, refusal, moot } = valueOf<Recorded<EntityState>>(result);
    if (refusal || moot) return;
    recorded = Math.max(recorded, version);
    // A local activity leaves its result and not what it was given.
    const state = held ?? (asked && valueOf<Recording<{ state: EntityState }>>(asked).change.state);
    if (state) told.push(state);
  };

  for (const event of events) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      begun = valueOf<EntityState>(started.input?.payloads?.[0]);
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
    if (ended?.type === activities.record) note(done?.result?.payloads?.[0], ended.input);
    const over =
      done ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    if (over) scheduled.delete(String(over.scheduledEventId));
    const local = event.markerRecordedEventAttributes;
    if (local?.markerName === 'core_local_activity' && !local.failure) {
      const { activity_type: type } = valueOf<{ activity_type: string }>(
        local.details?.['data']?.payloads?.[0],
      );
      if (type === activities.record) note(local.details?.['result']?.payloads?.[0]);
    }
  }
  if (!begun) throw new Error('a history without a beginning');
  const waiting = [...scheduled.values()]
    .filter(({ type }) => type === activities.reserve)
    .map(({ input }) => valueOf<Reservation<EntityState, EntityCommand>>(input).command);
  const running = isRunning(events.at(-1));
  return { workflowId: workflowIdOf(kind, id), running, history, begun, told, recorded, waiting };
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
