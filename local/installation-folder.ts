/**
 * Where an embedded installation keeps everything, who is using it now, and what a start that was
 * killed may have left running.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Settings } from '../config/settings.ts';
import { makePrivate, requireSpace } from './private-folder.ts';
import { StartUpError } from './start-up-error.ts';

/** The folders and files of one installation. */
export type InstallationFolder = {
  folder: string;
  postgres: string;
  secret: string;
  temporalFile: string;
  mail: string;
  log: string;
  /** The settings under which the parts run, for commands that join them. */
  runFile: string;
  /** Names the process that uses the installation, from before it starts anything. */
  lockFile: string;
  bin: string;
};

/** A process of an embedded stack as it was noted when it started. */
export type NotedProcess = { name: string; pid: number; startedAt: string };

/** What a running stack tells others about itself. */
export type RunNote = {
  supervisor: NotedProcess;
  parts: NotedProcess[];
  env: Record<string, string>;
};

/** The folder of the installation that the settings name; training has its own below the real one. */
export function installationFolder({
  MAPALUS_HOME,
  MAPALUS_INSTALLATION,
}: Settings): InstallationFolder {
  const root = path.resolve(MAPALUS_HOME);
  const folder = MAPALUS_INSTALLATION === 'training' ? path.join(root, 'training') : root;
  return {
    folder,
    postgres: path.join(folder, 'postgres'),
    secret: path.join(folder, 'secret'),
    temporalFile: path.join(folder, 'temporal.db'),
    mail: path.join(folder, 'mail'),
    log: path.join(folder, 'log'),
    runFile: path.join(folder, 'run.json'),
    lockFile: path.join(folder, 'run.lock'),
    bin: path.join(root, 'bin'),
  };
}

/**
 * Makes the folder, and refuses another user's and a disk that is full. From here on whatever this
 * process and those that it starts write is for their owner alone.
 */
export function openFolder({ folder, secret }: InstallationFolder): void {
  process.umask(0o077);
  makePrivate(folder);
  const { uid } = existsSync(secret) ? statSync(secret) : {};
  if (uid !== undefined && uid !== process.getuid?.()) {
    throw new StartUpError(
      `The installation in ${folder} belongs to another user (number ${uid}).`,
      'Start as that user, or set MAPALUS_HOME to another folder for an installation of your own.',
    );
  }
  requireSpace(folder);
}

/**
 * Takes the installation for this process, until `release`. Refuses one that another start is using;
 * ends the parts of a start that was killed, and answers their names.
 */
export async function acquire(folder: InstallationFolder): Promise<string[]> {
  lock(folder.lockFile);
  const note = readRunNote(folder);
  if (!note) return [];
  const { supervisor } = note;
  if (supervisor.pid !== process.pid && isAlive(supervisor)) {
    rmSync(folder.lockFile, { force: true });
    throw runningAlready(supervisor);
  }
  // In the order of an orderly stop: the database last.
  const left = note.parts.filter(isAlive).reverse();
  for (const part of left) await end(part);
  rmSync(folder.runFile, { force: true });
  return left.map(({ name }) => name);
}

// A lock is linked when its file is complete, so that it always names its holder, and only one process
// can link it. Removing a dead process's lock is itself locked; otherwise two starters could each delete
// the other's new lock. A library that judges a lock by its age would keep a killed start's for seconds.
function lock(file: string): void {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(noted('npm start', process.pid)));
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = readJson<NotedProcess>(file);
    if (holder && isAlive(holder)) {
      if (holder.pid === process.pid) return;
      throw runningAlready(holder);
    }
    const removal = `${file}.removal`;
    lock(removal);
    const left = readJson<NotedProcess>(file);
    if (left === null || (left && !isAlive(left))) rmSync(file);
    rmSync(removal);
    lock(file);
  } finally {
    rmSync(mine, { force: true });
  }
}

function runningAlready({ pid }: NotedProcess): StartUpError {
  return new StartUpError(
    `Mapalus is already running here (process ${pid}).`,
    'Use it, or stop it with Ctrl-C in its window; a second one needs its own MAPALUS_HOME.',
  );
}

/** The note of a running stack; undefined when there is none. */
export function readRunNote({ runFile }: InstallationFolder): RunNote | undefined {
  return readJson<RunNote>(runFile) ?? undefined;
}

// Null when it was not written by us or is damaged on its disk: it tells of nothing.
function readJson<T>(file: string): T | null | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    return error instanceof SyntaxError ? null : undefined;
  }
}

export function writeRunNote({ runFile }: InstallationFolder, note: RunNote): void {
  // Renamed when complete: a start killed while it writes must not forget what it has started.
  const unfinished = `${runFile}.unfinished`;
  writeFileSync(unfinished, JSON.stringify(note, null, 2), { mode: 0o600 });
  renameSync(unfinished, runFile);
}

/** Removes this process's note and lock; those of another start are left alone. */
export function release(folder: InstallationFolder): void {
  if (readRunNote(folder)?.supervisor.pid === process.pid) rmSync(folder.runFile);
  if (readJson<NotedProcess>(folder.lockFile)?.pid === process.pid) rmSync(folder.lockFile);
}

/** Notes a process together with the moment it started, so that its number means only it. */
export function noted(name: string, pid: number): NotedProcess {
  return { name, pid, startedAt: startOf(pid) };
}

/** Whether the noted process still runs, and is not another that got its number since. */
export function isAlive({ pid, startedAt }: NotedProcess): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return startOf(pid) === startedAt;
}

async function end(part: NotedProcess): Promise<void> {
  send(part, part.name === 'PostgreSQL' ? 'SIGINT' : 'SIGTERM');
  const giveUpAt = Date.now() + 10_000;
  while (isAlive(part)) {
    if (Date.now() > giveUpAt) send(part, 'SIGKILL');
    await pause(50);
  }
}

function send(part: NotedProcess, signal: NodeJS.Signals): void {
  try {
    if (isAlive(part)) process.kill(part.pid, signal);
  } catch {
    // It ended in between.
  }
}

// One that has ended and only waits for its parent to notice has no start any more.
function startOf(pid: number): string {
  try {
    const [state, start] = existsSync('/proc/self/stat') ? startByProc(pid) : startByPs(pid);
    return state.startsWith('Z') ? 'ended' : start;
  } catch {
    return '';
  }
}

type StateAndStart = [state: string, start: string];

function startByProc(pid: number): StateAndStart {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, state = '', ...rest] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return [state, rest[18] ?? ''];
}

/** The same to the second, where the system keeps no `/proc`, as macOS does not. */
export function startByPs(pid: number): StateAndStart {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const said = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [state = '', ...start] = said.trim().split(/\s+/);
  return [state, start.join(' ')];
}
