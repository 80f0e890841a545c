/**
 * `npm run histories`: plays the lifecycles that have no file yet and writes the histories of all their
 * runs. A history that no longer replays is an agreement that has to be begun again by restoring.
 */
import { existsSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { scratchFolder } from '../../local/private-folder.ts';
import { writeWorkflowBundle } from '../../worker/bundle.ts';
import { longWorkQueue } from '../../workflows/messages.ts';
import { engineOn } from '../support/engine.ts';
import { startCluster, startServer } from '../support/test-servers.ts';
import type { TestServers } from '../support/test-servers.ts';
import { historyFile } from '../support/recorded-histories.ts';
import type { RecordedRun } from '../support/recorded-histories.ts';
import { FIRST_DAY, LIFECYCLES } from './lifecycles.ts';
import type { Story } from './lifecycles.ts';

const NEEDLESS = new Set([
  'identity',
  'prevAutoResetPoints',
  'requestId',
  'taskId',
  'workerVersion',
]);
const INPUTS_STAND_ELSEWHERE = new Set([
  'activityTaskScheduledEventAttributes',
  'workflowExecutionContinuedAsNewEventAttributes',
]);

const unrecorded = Object.entries(LIFECYCLES).filter(([name]) => !existsSync(historyFile(name)));
if (unrecorded.length === 0) console.log('Every lifecycle has been recorded.');
else await onGround(async (ground) => recordAll(ground, unrecorded));

async function recordAll(ground: TestServers, lifecycles: [string, Story][]): Promise<void> {
  for (const [name, play] of lifecycles) {
    const runs = await played(ground, play);
    await writeFile(historyFile(name), asText(runs));
    console.log(`${name}: ${runs.length} runs`);
  }
}

async function played(ground: TestServers, play: Story): Promise<RecordedRun[]> {
  const engine = await engineOn(ground, FIRST_DAY);
  try {
    await play(engine);
    return await runsOf(engine.client, engine.taskQueue);
  } finally {
    await engine.stop();
  }
}

/** Every run on this queue, workflow by workflow in the order in which they were begun. */
async function runsOf(client: Client, taskQueue: string): Promise<RecordedRun[]> {
  // The list lags behind a little; every workflow of a story has begun well before its end.
  const begun = new Map<string, number>();
  for await (const { workflowId, startTime } of client.workflow.list({
    query: `TaskQueue in ("${taskQueue}", "${longWorkQueue(taskQueue)}")`,
  })) {
    begun.set(workflowId, Math.min(startTime.getTime(), begun.get(workflowId) ?? Infinity));
  }
  const ids = [...begun.keys()].sort((one, other) => begun.get(one)! - begun.get(other)!);
  return (await Promise.all(ids.map((id) => chainOf(client, id)))).flat();
}

/** The runs of one workflow, from its first to the one that stands now. */
async function chainOf(client: Client, workflowId: string): Promise<RecordedRun[]> {
  const chain: RecordedRun[] = [];
  let runId: string | undefined;
  do {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const history = JSON.parse(historyToJSON({ events: events ?? [] })) as RecordedRun['history'];
    chain.unshift({ workflowId, history: bare(history) });
    const began = events?.[0]?.workflowExecutionStartedEventAttributes;
    runId = began?.continuedExecutionRunId || undefined;
  } while (runId !== undefined);
  return chain;
}

/**
 * Without what no replay asks for: names that processes and machines gave themselves, keys of the
 * server's own, and what activities and the next run were given, which stands elsewhere.
 */
function bare<T>(history: T): T {
  return JSON.parse(
    JSON.stringify(history, (key, value: unknown) => {
      if (NEEDLESS.has(key)) return undefined;
      if (INPUTS_STAND_ELSEWHERE.has(key)) return { ...(value as object), input: undefined };
      const queue = value as { kind?: string } | null;
      if (queue?.kind === 'TASK_QUEUE_KIND_STICKY') return { ...queue, name: 'sticky' };
      return value;
    }),
  ) as T;
}

/** A line for each run, so that a file can be looked through. */
function asText(runs: RecordedRun[]): string {
  return `[\n${runs.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`;
}

async function onGround(work: (ground: TestServers) => Promise<void>): Promise<void> {
  const scratch = scratchFolder('histories');
  const bundlePath = path.join(scratch, 'workflows.js');
  const [cluster, temporal] = await Promise.all([
    startCluster(path.join(scratch, 'postgres')),
    startServer(),
    writeWorkflowBundle(bundlePath),
  ]);
  try {
    const superuserUrl = cluster.superuserUrl('postgres');
    await work({ superuserUrl, temporalAddress: temporal.address, bundlePath });
  } finally {
    await Promise.all([temporal.stop(), cluster.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  }
}
