/**
 * Taking over what another release has recorded. The histories of its open workflows are replayed with
 * this release's code, and what does not replay is begun again from PostgreSQL, as restoring does. A
 * sample is replayed before the worker begins to work, everything else beside its work: what somebody
 * waits for first, then what was recorded last. Of several workers one does it; it notes in each copy
 * what it has replayed, so whoever comes after it goes on from there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Tx } from '../prisma/connect.ts';
import { askedAndUnrecorded, foreignAwaited, foreignIds, foreignSample } from '../prisma/copies.ts';
import type { CopyTable } from '../prisma/copies.ts';
import { holdLock } from '../prisma/session-lock.ts';
import type { SessionLock } from '../prisma/session-lock.ts';
import { resetLongWork } from './long-work.ts';
import { replayerOf } from './replayer.ts';
import type { Replayer } from './replayer.ts';
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

/** How many workflows of other releases this worker has replayed, and how many are left. */
export type TakeOverReport = { replayed: number; begunAgain: number; failed: number; left: number };

export type TakeOver = {
  /** Replays a sample, for no longer than people can wait. */
  sample: () => Promise<void>;
  /** Begins with everything else. */
  start: () => void;
  report: () => TakeOverReport;
  stop: () => Promise<void>;
};

/** The class and number of the lock of the one worker that takes over. */
const TAKE_OVER_LOCK = [72709, 1] as const;

/** How many of the last recorded are replayed at once, beside one of each kind, stage and release. */
const NEWEST = 20;

/** How long (ms) the sample may take; what it leaves is replayed beside the work. */
const AT_ONCE = 10_000;

/** How many are taken over at the same time. */
const SEVERAL = 4;

/** How often (ms) to look for what somebody waits for. */
const LOOK = 1_000;

/** How often (ms) to tell how far it is, and workflows of what they may have missed. */
const TELL = 30_000;

/** After how long (ms) to try again what failed, and whether the worker that takes over has died. */
const AGAIN = 30_000;

/** How long (ms) a stop waits for the one that is under way, which may be broken off. */
const LAST = 5_000;

/** Makes the taking over of one worker. It has not begun. */
export function takeOver(parts: TakeOverParts): TakeOver {
  const { client, database, databaseUrl, kinds, release, log } = parts;
  const tables = kinds.map(({ table }) => table);
  const stopping = new AbortController();
  const replayer = replayerOf(parts.bundlePath);
  const done = { replayed: 0, begunAgain: 0 };
  const left = new Set<string>();
  const underWay = new Set<string>();
  // Of this round: what could not be taken over, and what the engine has lost.
  const failed = new Set<string>();
  const lost = new Set<string>();
  let lock: SessionLock | null = null;
  let toldAt = performance.now();
  let lookedAt = -LOOK;
  let isNewsLost = false;
  let running = Promise.resolve();

  return {
    sample,
    start: () => {
      running = keepTakingOver();
    },
    report,
    stop: async () => {
      stopping.abort();
      await Promise.race([running, pause(LAST, undefined, { ref: false })]);
      await lock?.release();
    },
  };

  function report(): TakeOverReport {
    return { ...done, failed: failed.size, left: left.size };
  }

  async function sample(): Promise<void> {
    if (!(await isOurs())) return;
    const giveUpAt = performance.now() + AT_ONCE;
    const all = await beginRound();
    if (all.length > 0) log.info({ release, left: all.length }, 'takes over from another release');
    const sampled = [
      ...(await ofKinds((tx) => askedAndUnrecorded(tx, tables))),
      ...(await ofKinds(foreignAwaited)),
      ...(await ofKinds(foreignSample)),
      ...all.slice(0, NEWEST),
    ];
    const each = [...new Map(sampled.map((ref) => [ref.id, ref])).values()];
    await severalAtOnce(each, async (ref) => {
      if (performance.now() < giveUpAt) await takeOne(ref);
    });
    for (const workflowId of await resetLongWork(parts, replayer)) {
      log.warn({ workflowId }, 'does not replay; set back to its beginning');
    }
    await tell();
  }

  async function keepTakingOver(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if ((await isOurs()) && (await takeAll())) break;
      } catch (error) {
        log.warn({ error: reduced(error) }, 'taking over was interrupted');
      }
      await nap(AGAIN);
    }
    await replayer.close();
    await lock?.release();
  }

  /** One round through all that is left; true when nothing is that could be taken over. */
  async function takeAll(): Promise<boolean> {
    await severalAtOnce(await beginRound(), async (ref) => {
      if (performance.now() - lookedAt >= LOOK) await takeAwaited();
      if (performance.now() - toldAt >= TELL) await tell();
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
      if (left.has(ref.id) && !stopping.signal.aborted) await takeOne(ref);
    }
  }

  async function takeOne(ref: EntityRef): Promise<void> {
    const { id } = ref;
    if (underWay.has(id)) return;
    underWay.add(id);
    try {
      const workflow = await readWorkflow(client, ref);
      // What the engine has lost, restoring gives back.
      if (!workflow) lost.add(id);
      else if (workflow.running) await takeRunning(ref, workflow);
      // Ended to be begun again, by a worker that died before it could.
      else await beginAgain(ref, 'it was ended and not begun again', replayer);
    } catch (error) {
      failed.add(id);
      log.error({ id, reason: reduced(error) }, 'could not be taken over, and is tried again');
    }
    underWay.delete(id);
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
    // However much is added to this history, it replays as it has replayed.
    await beginAgain(ref, replay.broken, { replay: () => Promise.resolve(replay) });
  }

  async function beginAgain(
    ref: EntityRef,
    reason: string,
    by: Pick<Replayer, 'replay'>,
  ): Promise<void> {
    const outcomes = await restoreOne(parts, by, ref);
    if (outcomes.length === 0) return;
    done.begunAgain += 1;
    isNewsLost = true;
    log.warn({ id: ref.id, reason, outcomes }, 'does not replay; begun again from PostgreSQL');
  }

  /** Tells how far it is, and those that were begun again what may have been on its way to them. */
  async function tell(): Promise<void> {
    toldAt = performance.now();
    parts.onReport?.(report());
    if (done.replayed + done.begunAgain + failed.size > 0) log.info(report(), 'taking over');
    if (!isNewsLost) return;
    isNewsLost = false;
    for (const failure of await repeatNews(parts)) log.warn(failure, 'news could not be repeated');
  }

  /** Whether this worker is the one that takes over. */
  async function isOurs(): Promise<boolean> {
    if (lock) return true;
    const held = await holdLock(databaseUrl, ...TAKE_OVER_LOCK);
    lock = held;
    void held?.lost.then(() => {
      if (lock === held) lock = null;
    });
    return lock !== null;
  }

  async function ofKinds(read: Reading): Promise<EntityRef[]> {
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

type Reading = (tx: Tx, table: CopyTable, release: string) => Promise<string[]>;
