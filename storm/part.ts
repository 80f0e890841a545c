/**
 * A part of the installation that can be killed, paused and stopped while somebody looks after it:
 * a part that has ended is started again until it runs, as an office's own server would do it.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** How long (ms) the keeper waits before it starts a part again. */
const BREATH = 300;

/** What a part is made of. */
export type PartMaking = {
  name: string;
  /** Starts it and waits until it is ready; rejects when it ends before that. */
  start: (onSpawn: (process: ChildProcess) => void) => Promise<{ stop: () => Promise<void> }>;
  /** All processes to be paused together, when there are more than its own. */
  family?: (pid: number) => Promise<number[]>;
};

export type Part = {
  name: string;
  /** Ends it without asking; the keeper starts it again after this time (ms). */
  kill: (away: number) => Promise<void>;
  /** Stops it in order, and starts it again after this time (ms). */
  restart: (away: number) => Promise<void>;
  /** Freezes it for this time (ms); nothing in it notices. */
  freeze: (frozen: number) => Promise<void>;
  /** Waits until it runs; rejects with what stood against its last start after the patience (ms). */
  untilRunning: (patience: number) => Promise<void>;
  /** How often it ended or did not start although nobody had ended it. */
  ownEnds: () => number;
  stop: () => Promise<void>;
};

/** Starts a part and keeps it running until it is stopped. */
export async function keepPart({ name, start, family }: PartMaking): Promise<Part> {
  let wanted = true;
  let running: { process: ChildProcess; stop: () => Promise<void> } | undefined;
  let spawned: ChildProcess | undefined;
  let awayUntil = 0;
  let ownEnds = 0;
  let lastTrouble = 'it is still starting';
  let endingIsOurs = false;

  await bringUp();
  const kept = keep();

  return {
    name,
    kill: (away) => endIt(away, () => Promise.resolve(void spawned?.kill('SIGKILL'))),
    restart: async (away) => {
      if (isUp()) await endIt(away, async () => running?.stop());
    },
    freeze,
    untilRunning,
    ownEnds: () => ownEnds,
    async stop() {
      wanted = false;
      // Its start may be waiting for a part that is gone already.
      if (!isUp()) spawned?.kill('SIGKILL');
      await kept;
      await running?.stop();
    },
  };

  async function keep(): Promise<void> {
    while (wanted) {
      if (isUp() || Date.now() < awayUntil) {
        await pause(50);
        continue;
      }
      if (!endingIsOurs) ownEnds += 1;
      endingIsOurs = false;
      await pause(BREATH);
      if (!wanted) return;
      await bringUp().catch((error: Error) => {
        lastTrouble = error.message;
      });
    }
  }

  async function bringUp(): Promise<void> {
    running = undefined;
    let process: ChildProcess | undefined;
    const { stop } = await start((child) => {
      process = child;
      spawned = child;
    });
    if (process) running = { process, stop };
  }

  function isUp(): boolean {
    return running !== undefined && hasNotEnded(running.process);
  }

  async function endIt(away: number, end: () => Promise<void>): Promise<void> {
    awayUntil = Date.now() + away;
    endingIsOurs = true;
    const ending = spawned;
    await end();
    while (ending && hasNotEnded(ending) && ending === spawned) await pause(10);
  }

  async function freeze(frozen: number): Promise<void> {
    const pid = running?.process.pid;
    if (pid === undefined || !isUp()) return;
    const all = [pid, ...((await family?.(pid).catch(() => [])) ?? [])];
    all.forEach((each) => send(each, 'SIGSTOP'));
    await pause(frozen);
    all.forEach((each) => send(each, 'SIGCONT'));
  }

  async function untilRunning(patience: number): Promise<void> {
    const giveUpAt = Date.now() + patience;
    while (!isUp()) {
      if (Date.now() > giveUpAt) {
        throw new Error(`${name} does not run: ${lastTrouble}`);
      }
      await pause(50);
    }
  }
}

function hasNotEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
