/** `npm start` as people run it: in a home of its own, with what it says and what it leaves. */
import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { builtProcess } from '../../local/built-process.ts';
import { freePort } from '../../local/port.ts';
import { eventually } from './eventually.ts';
import { swiftFolder } from './swift-folder.ts';

/** A home that a test starts Mapalus in, again and again. */
export type StartingPlace = {
  folder: string;
  url: string;
  port: number;
  /** Starts and waits until it is ready; fails with its words when it is not. */
  start: (env?: Record<string, string>) => Promise<StartedHere>;
  /** Starts what is expected to give up, and answers its words and its exit code. */
  startInVain: (env?: Record<string, string>) => Promise<{ said: string; code: number | null }>;
  /** Starts and does not wait. */
  begin: (env?: Record<string, string>) => StartedHere;
  /** Runs a script as `npm run upgrade-check` and its like run theirs, and does not wait. */
  withRunningStack: (script: string) => StartedHere;
  /** The parts as the installation itself noted them: their process numbers by name. */
  noted: () => { pids: Record<string, number>; env: Record<string, string> };
  /** The command lines of all processes that belong to this home. */
  processes: () => string[];
  /** A part's log, line by line. */
  log: (part: string) => any[];
  /** Ends whatever still runs here and takes everything away. */
  remove: () => Promise<void>;
};

export type StartedHere = {
  pid: number;
  /** Everything that it has said so far. */
  said: () => string;
  /** Resolves as soon as it has said this, or has ended. */
  hears: (words: RegExp) => Promise<void>;
  /** Sends it a signal and waits until it has ended. */
  end: (signal: NodeJS.Signals) => Promise<{ said: string; code: number | null }>;
  ended: Promise<number | null>;
};

/** Makes an empty home; for the product of this checkout, or for a copy of it. */
export async function aStartingPlace(
  only: Record<string, string> = {},
  product = ROOT,
): Promise<StartingPlace> {
  const folder = swiftFolder('start');
  const port = await freePort();
  const settings = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    MAPALUS_HOME: folder,
    PORT: String(port),
    TEMPORAL_BINARY: inject('temporalBinary'),
    PASSWORD_MEMORY: '12',
    ...only,
  };
  const begin = (env: Record<string, string> = {}) =>
    run(
      process.execPath,
      ['--enable-source-maps', builtProcess('start', product)],
      { ...settings, ...env },
      { cwd: product },
    );
  const noted = () => {
    const { parts, env } = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as {
      parts: { name: string; pid: number }[];
      env: Record<string, string>;
    };
    return { pids: Object.fromEntries(parts.map(({ name, pid }) => [name, pid])), env };
  };

  return {
    folder,
    url: `http://127.0.0.1:${port}`,
    port,
    begin,
    withRunningStack: (script) =>
      run(process.execPath, [builtProcess('with-running-stack', product), script], settings, {
        cwd: product,
      }),
    noted,
    async start(env) {
      const started = begin(env);
      await started.hears(/Ctrl-C stops everything/);
      if (!/Mapalus is ready/.test(started.said())) throw new Error(started.said());
      return started;
    },
    async startInVain(env) {
      const started = begin(env);
      const code = await started.ended;
      return { said: started.said(), code };
    },
    processes: () => processesOf(folder).map(({ command }) => command),
    log: (part) =>
      readFileSync(path.join(folder, 'log', `${part}.log`), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
    async remove() {
      for (const { pid } of processesOf(folder)) told(() => String(process.kill(pid, 'SIGKILL')));
      await eventually(() => (processesOf(folder).length === 0 ? true : undefined));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command in the product's folder, or as told, with this environment and no other. */
export function run(
  command: string,
  given: string[],
  env: Record<string, string>,
  as: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> = { cwd: ROOT },
): StartedHere {
  const child = spawn(command, given, { ...as, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const each of [...waiting]) each();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        look();
      });
  }
  const said = () => lines.join('\n');
  let hasEnded = false;
  // Not `exit`: its last words may still be on their way then.
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
      look();
    });
  });
  return {
    pid: child.pid ?? 0,
    said,
    ended,
    hears: (words) =>
      new Promise((resolve) => {
        const each = () => {
          if (!words.test(said()) && !hasEnded) return;
          waiting.delete(each);
          resolve();
        };
        waiting.add(each);
        each();
      }),
    async end(signal) {
      child.kill(signal);
      const code = await ended;
      return { said: said(), code };
    },
  };
}

/**
 * The processes of this home, by what Linux knows of each: its folder, its command line, its
 * environment. The servers work inside the home or name it; our own processes inherit its setting.
 */
export function processesOf(home: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const command = told(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      const cwd = told(() => readlinkSync(`/proc/${pid}/cwd`));
      const environment = told(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
      const belongs = [command, cwd, environment].some((each) => each.includes(home));
      return belongs ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
    });
}

// A process may end while it is being asked about, and another user's tells nothing.
function told(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}
