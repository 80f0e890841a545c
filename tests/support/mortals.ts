/** Starting processes that are meant to be killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Engine } from './engine.ts';
import type { MortalRelaySettings } from './mortal-relay.ts';
import type { Death, MortalSettings } from './mortal-worker.ts';

export type Mortal = {
  process: ChildProcess;
  /** Resolves when the process is gone. */
  died: Promise<void>;
  kill: () => Promise<void>;
};

/** Starts a script of this folder in a process of its own and waits until it says it is ready. */
async function aMortal(script: string, env: Record<string, string>): Promise<Mortal> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(import.meta.dirname, script)],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const died = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    died.then(() => Promise.reject(new Error(`${script} died before it was ready`))),
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
export function aMortalWorker(engine: Engine, death: Death): Promise<Mortal> {
  const { ground, workerUrl, taskQueue } = engine;
  const settings: MortalSettings = {
    address: ground.temporalAddress,
    workerUrl,
    taskQueue,
    bundlePath: ground.bundlePath,
    death,
  };
  return aMortal('mortal-worker.ts', { MORTAL: JSON.stringify(settings) });
}

/** A relay that sends to this port until it is killed. */
export function aMortalRelay(ownerUrl: string, port: number): Promise<Mortal> {
  const settings: MortalRelaySettings = { ownerUrl, port };
  return aMortal('mortal-relay.ts', { MORTAL: JSON.stringify(settings) });
}
