/** Ending a process: asked first, then not asked. */
import type { ChildProcess } from 'node:child_process';

/** Told of a server's process, and how to stop it, as soon as there is one. */
export type OnSpawn = (process: ChildProcess, stop: () => Promise<void>) => void;

/** Asks a process to end, and ends it when it does not within the patience (milliseconds). */
export async function stopProcess(
  child: ChildProcess,
  patience: number,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
}
