/**
 * After a deployment: replays the histories of all open workflows that another release has recorded, with
 * this release's code. A workflow that does not replay is ended and begun again from PostgreSQL, as restoring
 * does. A sample is replayed before the worker polls for tasks, the others beside its work: those that
 * somebody waits for first, then by the time of their last recording. One of several workers does it. It
 * writes its release into the copy of each, so another worker can go on from there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../config/log.ts';
import { workflowIdOf } from '../activities/entity.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Tx } from '../prisma/connect.ts';
import { askedAndUnrecorded, foreignAwaited, foreignIds, foreignSample } from '../prisma/copies.ts';
import type { CopyTable } from '../prisma/copies.ts';
import { holdLock } from '../prisma/session-lock.ts';
import type { SessionLock } from '../prisma/session-lock.ts';
import { resetLongWork } from './long-work.ts';
import { replayerOf } from './replayer.ts';
import { noteReplayed, repeatNews, restoreOne } from './restore.ts';
import type { RestoringParts } from './restore.ts';
import { readWorkflow } from './workflow-facts.ts';
import type { EntityRef, WorkflowFacts } from './workflow-facts.ts';

export type TakeOverParts = RestoringParts & {
  /** The worker's connection, for a lock. */
  databaseUrl: string;
  log: Logger;
  /** Told whenever the report has changed. */
  onReport?: (report: TakeOverReport) => void;
};

/**
 * What became of the workflows of other releases: that replay, that were begun again, that failed and are
 * tried again, and those that this worker has not looked at yet.
 */
export type TakeOverReport = { replayed: number; begunAgain: number; failed: number; left: number };

export type TakeOver = {
  /** Replays a sample; begins none after ten seconds. */
  sample: () => Promise<void>;
  /** Begins to replay everything else. */
  start: () => void;
  report: () => TakeOverReport;
  stop: () => Promise<void>;
};

/** The advisory lock of the one worker that takes over. */
const TAKE_OVER_LOCK = [72709, 1] as const;

/** How many of the last recorded belong to the sample, beside one of each kind, stage and release. */
const NEWEST = 20;

/** How long (ms) replays of the sample may begin; the others are replayed beside the work. */
const SAMPLE_TIME = 10_000;

/** How many are taken over at the same time. */
const SEVERAL = 4;

/** How often (ms) to look for workflows that somebody waits for. */
const LOOK_EVERY = 1_000;

/** How often (ms) to log how far it is, and to repeat signals that may have been lost. */
const TELL_EVERY = 30_000;

/** After how long (ms) to try again what failed, or to ask for the lock once more. */
const AGAIN_AFTER = 30_000;

/** How long (ms) a stop waits for what is under way. Whatever is broken off there may be repeated. */
const STOP_WITHIN = 5_000;

/** Prepares it. `sample` comes first, then `start`. */
export function takeOver(parts: TakeOverParts): TakeOver {
  const { client, database, databaseUrl, kinds, release, log } = parts;
  const tables = kinds.map(({ table }) => table);
  const stopping = new AbortController();
  const replayer = replayerOf(parts.bundlePath);
  const done = { replayed: 0, begunAgain: 0 };
  const left = new Set<string>();
  const underWay = new Set<string>();
  // Of this round: those that failed, and those of which Temporal has no history.
  const failed = new Set<string>();
  const lost = new Set<string>();
  let lock: SessionLock | null = null;
  let toldAt = performance.now();
  let lookedAt = -LOOK_EVERY;
  // A worker before may have begun workflows again and died before it repeated what they missed.
  let mayHaveMissed = true;
  let running = Promise.resolve();

  return {
    sample,
    start: () => {
      running = keepTakingOver();
    },
    report,
    stop: async () => {
      stopping.abort();
      await Promise.race([running, pause(STOP_WITHIN, undefined, { ref: false })]);
      await lock?.release();
    },
  };

  function report(): TakeOverReport {
    return { ...done, failed: failed.size, left: left.size };
  }

  async function sample(): Promise<void> {
    if (!(await haveLock())) return;
    const giveUpAt = performance.now() + SAMPLE_TIME;
    const all = await beginRound();
    if (all.length > 0) log.info({ release, left: all.length }, 'takes over from another release');
    const sampled = [
      ...(await ofKinds((tx) => askedAndUnrecorded(tx, tables))),
      ...(await ofKinds(foreignAwaited)),
      ...(await ofKinds(foreignSample)),
      ...all.slice(0, NEWEST),
    ];
    // What is not recorded yet may be of any kind.
    const each = [...new Map(sampled.map((ref) => [workflowIdOf(ref.kind, ref.id), ref])).values()];
    await severalAtOnce(each, async (ref) => {
      if (performance.now() < giveUpAt) await takeOne(ref);
    });
    for (const workflowId of await resetLongWork(parts, replayer)) {
      log.warn({ workflowId }, 'does not replay; set back to its beginning');
    }
    parts.onReport?.(report());
  }

  async function keepTakingOver(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if ((await haveLock()) && (await takeAll())) break;
      } catch (error) {
        log.warn({ error: reduced(error) }, 'taking over was interrupted');
      }
      await nap(AGAIN_AFTER);
    }
    await replayer.close();
    await lock?.release();
  }

  /** One round through all that is left. True when none is left, or only those that Temporal has lost. */
  async function takeAll(): Promise<boolean> {
    await severalAtOnce(await beginRound(), async (ref) => {
      if (performance.now() - lookedAt >= LOOK_EVERY) await takeAwaited();
      if (performance.now() - toldAt >= TELL_EVERY) await tell();
      if (!stopping.signal.aborted && lock && left.has(ref.id)) await takeOne(ref);
    });
    await tell();
    return failed.size === 0 && (await ofKinds(foreignIds)).every(({ id }) => lost.has(id));
  }

  async function beginRound(): Promise<EntityRef[]> {
    const all = await ofKinds(foreignIds);
    for (const each of [left, failed, lost]) each.clear();
    for (const { id } of all) left.add(id);
    return all;
  }

  async function takeAwaited(): Promise<void> {
    lookedAt = performance.now();
    for (const ref of await ofKinds(foreignAwaited)) {
      if (!stopping.signal.aborted && lock && left.has(ref.id)) await takeOne(ref);
    }
  }

  async function takeOne(ref: EntityRef): Promise<void> {
    const { id } = ref;
    const workflowId = workflowIdOf(ref.kind, id);
    if (underWay.has(workflowId)) return;
    underWay.add(workflowId);
    try {
      const workflow = await readWorkflow(client, ref);
      // Restoring begins again what Temporal has lost.
      if (!workflow) lost.add(id);
      else if (workflow.running) await takeRunning(ref, workflow);
      // A worker has ended it to begin it again, and died before it could.
      else await beginAgain(ref, 'it was ended and not begun again');
    } catch (error) {
      failed.add(id);
      log.error({ id, reason: reduced(error) }, 'could not be taken over, and is tried again');
    }
    underWay.delete(workflowId);
    left.delete(id);
    parts.onReport?.(report());
  }

  async function takeRunning(ref: EntityRef, workflow: WorkflowFacts): Promise<void> {
    const replay = await replayer.replay(workflow);
    if (replay.broken === null) {
      await noteReplayed(parts, ref);
      done.replayed += 1;
      return;
    }
    await beginAgain(ref, replay.broken);
  }

  async function beginAgain(ref: EntityRef, reason: string): Promise<void> {
    const outcomes = await restoreOne(parts, replayer, ref);
    if (outcomes.length === 0) return;
    done.begunAgain += 1;
    mayHaveMissed = true;
    log.warn({ id: ref.id, reason, outcomes }, 'begun again from PostgreSQL');
  }

  /** Logs how far it is, and repeats signals that were on their way to workflows that were begun again. */
  async function tell(): Promise<void> {
    toldAt = performance.now();
    parts.onReport?.(report());
    if (done.replayed + done.begunAgain + failed.size > 0) log.info(report(), 'taking over');
    if (!mayHaveMissed) return;
    const failures = await repeatNews(parts);
    mayHaveMissed = failures.length > 0;
    for (const failure of failures) log.warn(failure, 'news could not be repeated');
  }

  /** Takes the lock if nobody has it; answers whether this worker has it. */
  async function haveLock(): Promise<boolean> {
    if (lock) return true;
    const held = await holdLock(databaseUrl, ...TAKE_OVER_LOCK);
    lock = held;
    void held?.lost.then(() => {
      if (lock === held) lock = null;
    });
    return lock !== null;
  }

  async function ofKinds(read: ReadIds): Promise<EntityRef[]> {
    const refs: EntityRef[] = [];
    for (const kind of kinds) {
      const ids = await database.withActor({ kind: 'engine' }, (tx) =>
        read(tx, kind.table, release),
      );
      refs.push(...ids.map((id) => ({ kind, id })));
    }
    return refs;
  }

  async function nap(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
  }
}

/** Does this with each, a few at the same time. */
async function severalAtOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const workAlong = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) await work(each);
  };
  await Promise.all(Array.from({ length: SEVERAL }, workAlong));
}

type ReadIds = (tx: Tx, table: CopyTable, release: string) => Promise<string[]>;
