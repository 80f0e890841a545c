/**
 * The weather: parts of the installation are killed, frozen and restarted, as the seed has it.
 * What it does is planned before the storm begins; it never takes away what nothing could bring
 * back, so everything that is hit comes again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { chanceOf } from './chance.ts';
import type { Stage, Target } from './stage.ts';
import { askDatabase } from './stage.ts';

/** What the weather does. A backend is one session of PostgreSQL. */
export type Blow = {
  /** When, in milliseconds since the storm began. */
  at: number;
  target: Target | 'backend';
  what: 'kill' | 'freeze' | 'restart' | 'cut';
  /** How long it stays away or frozen, in milliseconds. */
  lasts: number;
};

const TARGETS: readonly (readonly [Blow['target'], number])[] = [
  ['worker-1', 5],
  ['worker-2', 5],
  ['api-1', 3],
  ['api-2', 3],
  ['postgres', 2],
  ['backend', 3],
  ['temporal', 2],
  ['mailbox', 2],
];

/** What a seed has in store for a storm of this length (milliseconds). */
export function forecast(seed: number, length: number): Blow[] {
  const chance = chanceOf(seed, 'weather');
  const blows: Blow[] = [];
  for (let at = chance.between(1_000, 3_000); at < length; at += chance.between(2_000, 7_000)) {
    const target = chance.weighted(TARGETS);
    const what =
      target === 'backend'
        ? chance.weighted([
            ['cut', 3],
            ['kill', 1],
          ] as const)
        : chance.weighted([
            ['kill', 4],
            ['freeze', 4],
            ['restart', 2],
          ] as const);
    // Longer than an attempt may take, now and then: what it had begun then comes late.
    const frozen = chance.weighted([
      [chance.between(300, 3_000), 2],
      [chance.between(9_000, 16_000), 1],
    ]);
    const away = chance.between(0, 4_000);
    blows.push({ at, target, what, lasts: what === 'freeze' ? frozen : away });
  }
  return blows;
}

export type Weather = {
  /** Waits until the last blow is over. */
  over: Promise<void>;
  /** What has been done, by target and kind. */
  done: Record<string, number>;
};

/** Lets the blows fall; of one target one at a time. */
export function blow(stage: Stage, blows: readonly Blow[], note: (blow: Blow) => void): Weather {
  const done: Record<string, number> = {};
  const busy = new Map<Blow['target'], Promise<void>>();
  return { over: fall(), done };

  async function fall(): Promise<void> {
    const began = Date.now();
    for (const each of blows) {
      const wait = began + each.at - Date.now();
      if (wait > 0) await pause(wait);
      const before = busy.get(each.target) ?? Promise.resolve();
      busy.set(
        each.target,
        before.then(() => strike(each)),
      );
    }
    await Promise.all(busy.values());
  }

  async function strike(each: Blow): Promise<void> {
    const { target, what, lasts } = each;
    const name = `${what} ${target}`;
    if (target === 'backend') {
      if (!(await hitBackend(stage, what))) return;
    } else {
      const part = stage.parts.get(target);
      if (what === 'kill') await part?.kill(lasts);
      if (what === 'restart') await part?.restart(lasts);
      if (what === 'freeze') await part?.freeze(lasts);
    }
    done[name] = (done[name] ?? 0) + 1;
    note(each);
  }
}

// A session that is ended by `kill -9` makes PostgreSQL end all others and recover.
async function hitBackend(stage: Stage, what: Blow['what']): Promise<boolean> {
  const working = `select pid from pg_stat_activity
    where usename in ('mapalus_app', 'mapalus_worker') order by state = 'active' desc, random() limit 1`;
  try {
    if (what === 'cut') {
      await askDatabase(stage.superuserUrl, `select pg_terminate_backend(pid) from (${working}) s`);
      return true;
    }
    const [row] = await askDatabase<{ pid: number }>(stage.superuserUrl, working);
    if (row) process.kill(row.pid, 'SIGKILL');
    return row !== undefined;
  } catch {
    // PostgreSQL is away already.
    return false;
  }
}
