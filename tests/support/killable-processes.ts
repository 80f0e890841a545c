/** Starting processes that are meant to be killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../config/root.ts';
import type { Engine } from './engine.ts';
import type { KillableRelaySettings } from './killable-relay.ts';
import type { Death, KillableWorkerSettings } from './killable-worker.ts';

export type KillableProcess = {
  process: ChildProcess;
  /** Resolves when the process is gone. */
  died: Promise<void>;
  kill: () => Promise<void>;
};

/** Each of them, and the source it is built from. */
export const KILLABLE = {
  'killable-worker': 'tests/support/killable-worker.ts',
  'killable-relay': 'tests/support/killable-relay.ts',
} as const;

/** Starts one of them in a process of its own and waits until it says it is ready. */
async function aKillable(
  name: keyof typeof KILLABLE,
  env: Record<string, string>,
): Promise<KillableProcess> {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', path.join(ROOT, 'build/tests', `${name}.js`)],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const died = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    died.then(() => Promise.reject(new Error(`${name} died before it was ready`))),
  ]);
  return {
    process: child,
    died,
    kill: async () => {
      child.kill('SIGKILL');
      await died;
    },
  };
}

/** A worker for this engine that dies after the given activity. */
export function aKillableWorker(
  engine: Engine,
  death: Death,
  { stalls = false }: { stalls?: boolean } = {},
): Promise<KillableProcess> {
  const { ground, workerUrl, taskQueue } = engine;
  const settings: KillableWorkerSettings = {
    address: ground.temporalAddress,
    workerUrl,
    taskQueue,
    bundlePath: ground.bundlePath,
    death,
    stalls,
  };
  return aKillable('killable-worker', { KILLABLE: JSON.stringify(settings) });
}

/** A relay that sends to this port until it is killed. */
export function aKillableRelay(ownerUrl: string, port: number): Promise<KillableProcess> {
  const settings: KillableRelaySettings = { ownerUrl, port };
  return aKillable('killable-relay', { KILLABLE: JSON.stringify(settings) });
}
