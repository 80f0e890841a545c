/**
 * Workers of one release at a time. Two that decide by different code would break each other's workflows,
 * so a worker that starts waits until none of another release runs; those of its own release it joins.
 * Each holds a lock in PostgreSQL for as long as it works, so a worker that died is not waited for.
 */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Database } from '../prisma/connect.ts';
import { holdersBut, holdLock } from '../prisma/session-lock.ts';
import type { SessionLock } from '../prisma/session-lock.ts';

type ReleaseParts = {
  database: Database;
  /** The worker's connection, for locks. */
  databaseUrl: string;
  release: string;
  log: Logger;
};

/** A worker's place among those of its release. */
export type Place = {
  /** Rejects when workers of another release have taken over, because this one had lost its lock. */
  taken: Promise<never>;
  leave: () => Promise<void>;
};

/** The class of the locks of workers: a number for each release, and the entrance. */
const WORKER_LOCKS = 72708;

/** Whoever holds this one looks around and takes its place; nobody else does meanwhile. */
const ENTRANCE = 0;

/** How often (ms) to look whether the others are gone, and how often to say that they are not. */
const LOOK = 500;
const SAY = 30_000;

/**
 * Waits until no worker of another release runs, takes a place, and prepares there before the next one
 * may come in. `onWaiting` is told whom it waits for, and at last that it waits for nobody.
 */
export async function takePlace(
  parts: ReleaseParts,
  { onWaiting, prepare }: { onWaiting: (others: string[]) => void; prepare: () => Promise<void> },
): Promise<Place> {
  let said = -SAY;
  let left = false;
  let found = await enter(parts, prepare);
  while ('others' in found) {
    const { others } = found;
    onWaiting(others);
    if (performance.now() - said >= SAY) {
      said = performance.now();
      parts.log.warn({ waitingFor: others }, 'waits for other workers to stop or to have started');
    }
    await pause(LOOK);
    found = await enter(parts, prepare);
  }
  onWaiting([]);
  let { lock } = found;
  const taken = keepPlace();
  taken.catch(() => undefined);
  return {
    taken,
    leave: async () => {
      left = true;
      await lock.release();
    },
  };

  // A connection may break while the worker goes on: it takes its place again, unless others have come.
  async function keepPlace(): Promise<never> {
    for (;;) {
      await lock.lost;
      let again = await enter(parts);
      while ('others' in again && !left) {
        if (again.areOfAnotherRelease)
          throw new Error('workers of another release have taken over');
        await pause(LOOK);
        again = await enter(parts);
      }
      if (left || 'others' in again) return new Promise<never>(() => undefined);
      ({ lock } = again);
    }
  }
}

type Found = { lock: SessionLock } | { others: string[]; areOfAnotherRelease: boolean };

/** Takes a place, or tells who works there or stands at the entrance. */
async function enter(
  { database, databaseUrl, release, log }: ReleaseParts,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<Found> {
  const name = `mapalus worker ${release} ${process.pid}@${hostname()}`.slice(0, 63);
  const own = numberOf(release);
  const held: SessionLock[] = [];
  try {
    const entrance = await holdLock(databaseUrl, WORKER_LOCKS, ENTRANCE, { name });
    if (!entrance) return { others: await holders([own]), areOfAnotherRelease: false };
    held.push(entrance);
    const others = await holders([ENTRANCE, own]);
    if (others.length > 0) return { others, areOfAnotherRelease: true };
    const lock = await holdLock(databaseUrl, WORKER_LOCKS, own, { name, shared: true });
    if (!lock) throw new Error('somebody holds the lock of this release alone');
    held.push(lock);
    await prepare();
    held.pop();
    return { lock };
  } catch (error) {
    log.warn({ error: reduced(error) }, 'a place among the workers could not be taken yet');
    return { others: [], areOfAnotherRelease: false };
  } finally {
    for (const each of held.toReversed()) await each.release();
  }

  async function holders(but: number[]): Promise<string[]> {
    const all = await database.withActor({ kind: 'engine' }, (tx) =>
      holdersBut(tx, WORKER_LOCKS, but),
    );
    return all.map((each) => `${each.name}, since ${each.since.toISOString()}`);
  }
}

/** The number of a release's lock; never that of the entrance. */
function numberOf(release: string): number {
  return Number.parseInt(release.slice(0, 7), 16) + 1;
}
