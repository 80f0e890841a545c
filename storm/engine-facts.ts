/**
 * What Temporal says when all is calm again: where each workflow stands by its own account, what it
 * still has to do, and whether every run of every workflow replays with the code at hand.
 */
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import type { EntityState } from '../domain/shared/entity.ts';
import type { EntityKind } from '../activities/entity.ts';
import { ENTITIES } from '../worker/entities.ts';
import { readWorkflow } from '../worker/workflow-facts.ts';
import type { EntityRef } from '../worker/workflow-facts.ts';

type History = temporal.api.history.v1.IHistory;

/** One run of one workflow, and everything that happened in it. */
export type RunHistory = { workflowId: string; runId: string; type: string; history: History };

/** An entity's workflow as the engine knows it. */
export type WorkflowStanding = {
  /** The table of its copies, and its id there. */
  table: string;
  id: string;
  status: string;
  /** The version at which it stands by its own account; null when it does not say. */
  version: number | null;
  /** The newest whole state that its last run speaks of. */
  state: EntityState | null;
  /** Whether it was refused before it had begun. */
  refused: boolean;
  pendingActivities: string[];
  /** Attempts of the workflow task under way; more than one means that it fails. */
  taskAttempts: number;
};

/** How many are asked at the same time. */
const AT_ONCE = 8;

/** Opens a client, lets it be used, and closes it. */
export async function withEngine<T>(
  address: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** The histories of all runs of all workflows, oldest first. */
export async function readHistories(client: Client): Promise<RunHistory[]> {
  const runs: Omit<RunHistory, 'history'>[] = [];
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    // Temporal's own system workflows is not ours to judge.
    if (!workflowId.startsWith('temporal-sys')) runs.unshift({ workflowId, runId, type });
  }
  return sideBySide(runs, async (run) => ({
    ...run,
    history: await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory(),
  }));
}

/** Replays the runs; answers those that break. */
export async function replayAll(
  bundlePath: string,
  runs: readonly RunHistory[],
): Promise<{ run: string; reason: string }[]> {
  const broken: { run: string; reason: string }[] = [];
  const bundle = { workflowBundle: { codePath: bundlePath } };
  const named = runs.map(({ workflowId, runId, history }) => ({
    workflowId: `${workflowId} ${runId}`,
    history,
  }));
  for await (const { workflowId: run, error } of Worker.runReplayHistories(bundle, named)) {
    if (error) broken.push({ run, reason: shortened(error.message) });
  }
  return broken;
}

// The SDK wraps what broke into everything it knows about it.
function shortened(message: string): string {
  return /\[TMPRL\d+\][^"]*/.exec(message)?.[0] ?? message.split('\n')[0] ?? '';
}

/** Where every workflow stands, by its last run. */
export async function readStandings(
  client: Client,
  runs: readonly RunHistory[],
): Promise<WorkflowStanding[]> {
  const last = new Map<string, { ref: EntityRef; workflowId: string }>();
  for (const { workflowId, type } of runs) {
    const kind = ENTITIES.find(({ workflowType }) => workflowType === type);
    if (!kind) continue;
    const id = workflowId.replace(kind.workflowIdPrefix, '');
    last.set(workflowId, { ref: { kind, id }, workflowId });
  }
  return sideBySide([...last.values()], (each) => standingOf(client, each));
}

async function standingOf(
  client: Client,
  { ref, workflowId }: { ref: EntityRef; workflowId: string },
): Promise<WorkflowStanding> {
  const { status, raw } = await client.workflow.getHandle(workflowId).describe();
  const workflow = await readWorkflow(client, ref);
  const told = workflow && statesIn(workflow.history, ref.kind);
  const recorded = workflow?.recorded ?? null;
  return {
    table: ref.kind.table,
    id: ref.id,
    status: status.name,
    version: recorded,
    state: told?.states.filter(({ version }) => version === recorded).at(-1) ?? null,
    refused: told?.refused ?? false,
    pendingActivities: (raw.pendingActivities ?? []).map(
      ({ activityType, attempt }) => `${activityType?.name} (attempt ${attempt})`,
    ),
    taskAttempts: raw.pendingWorkflowTask?.attempt ?? 0,
  };
}

type Told = { states: EntityState[]; refused: boolean };

// What a run was begun with, what it has had recorded, and what it leaves to the next.
function statesIn({ events }: History, { activities }: EntityKind): Told {
  const told: Told = { states: [], refused: false };
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const isRecording = scheduled?.activityType?.name === activities.record;
    const recorded = isRecording ? scheduled?.input : undefined;
    const begun = event.workflowExecutionStartedEventAttributes?.input;
    for (const value of valuesIn((begun ?? recorded)?.payloads)) collect(value, told);
    // A milestone is recorded by a local activity, of which the history keeps the answer only.
    const answer = event.markerRecordedEventAttributes?.details?.['result']?.payloads;
    for (const value of valuesIn(answer)) collect(value, told);
    const result = event.workflowExecutionCompletedEventAttributes?.result?.payloads;
    for (const value of valuesIn(result)) {
      told.refused ||= (value as { refusal?: unknown } | undefined)?.refusal != null;
    }
  }
  return told;
}

function collect(value: unknown, told: Told): void {
  if (value === null || typeof value !== 'object') return;
  if ('recentCommands' in value) {
    told.states.push(value as EntityState);
    return;
  }
  for (const inner of Object.values(value)) collect(inner, told);
}

function valuesIn(payloads: Payload[] | null | undefined): unknown[] {
  return (payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));
}

async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const runner = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  return results;
}
