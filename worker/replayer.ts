/**
 * Replays histories with the code at hand, one after another and without a worker: whether each
 * can go on, and which states it asked to have recorded on its way.
 */
import { Worker } from '@temporalio/worker';
import type { ReplayResult } from '@temporalio/worker';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { EntityState } from '../domain/shared/entity.ts';
import type { WorkflowFacts } from './workflow-facts.ts';

/** What a replay comes to. */
export type Replay = {
  /** Why this code cannot go on with it; null when it can. */
  broken: string | null;
  /** The states that it asked to have recorded, by version. */
  states: ReadonlyMap<number, EntityState>;
};

/** A workflow's id and its history. */
type Replayed = Pick<WorkflowFacts, 'workflowId' | 'history'>;

export type Replayer = {
  replay: (workflow: Replayed) => Promise<Replay>;
  close: () => Promise<void>;
};

/** How long (ms) one replay may take; the longest takes a tenth of a second. */
const PATIENCE = 60_000;

// Otherwise Temporal replays in this thread, and watches every promise of the process from then on. It takes
// the option and does not declare it for replays.
const IN_A_THREAD = { debugMode: false };

/** A replayer for this bundle of workflow code. */
export function replayerOf(bundlePath: string): Replayer {
  const waiting: Replayed[] = [];
  let states = new Map<number, EntityState>();
  let results: AsyncIterator<ReplayResult> | undefined;
  let before: Promise<unknown> = Promise.resolve();
  // Everything that replayed code hands out passes the codec, the states of milestones as well,
  // which stand in no history: a local activity leaves its result there and not what it was given.
  const watching: PayloadCodec = {
    encode: (payloads) => {
      for (const state of payloads.flatMap(recordedState)) states.set(state.version, state);
      return Promise.resolve(payloads);
    },
    decode: (payloads) => Promise.resolve(payloads),
  };

  return {
    replay: (workflow) => {
      const replayed = before.then(() => replayNext(workflow));
      before = replayed;
      return replayed;
    },
    async close() {
      await before;
      await results?.next();
    },
  };

  async function replayNext(workflow: Replayed): Promise<Replay> {
    if (!hasBegun(workflow)) return { broken: null, states: new Map() };
    states = new Map();
    waiting.push(workflow);
    results ??= Worker.runReplayHistories(
      {
        workflowBundle: { codePath: bundlePath },
        dataConverter: { payloadCodecs: [watching] },
        ...IN_A_THREAD,
      },
      histories(),
    )[Symbol.asyncIterator]();
    const broken = await inTime(results.next())
      .then(errorOf)
      .catch((error: unknown) => {
        // This stream is over; the next history gets another.
        results = undefined;
        waiting.length = 0;
        return error;
      });
    return { broken: broken === null ? null : reasonOf(broken), states };
  }

  async function* histories() {
    // One is there whenever the replay asks for one; when it closes there is none.
    for (let workflow = waiting.shift(); workflow; workflow = waiting.shift()) {
      await Promise.resolve();
      const { workflowId, history } = workflow;
      yield { workflowId, history };
    }
  }
}

// Before a worker has taken it up there is nothing to replay, and a replay would begin it.
function hasBegun({ history }: Replayed): boolean {
  return (history.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}

function recordedState({ data }: Payload): EntityState[] {
  if (!data) return [];
  const text = new TextDecoder().decode(data);
  if (!text.includes('"change"')) return [];
  const { change } = JSON.parse(text) as { change?: { state?: EntityState } };
  return change?.state ? [change.state] : [];
}

function errorOf({ done, value }: IteratorResult<ReplayResult, unknown>): unknown {
  if (done) throw new Error('its replay has no result');
  return value.error ?? null;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('its replay does not end')), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
