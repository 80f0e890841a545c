/** How long the whole, the API alone and the worker alone take until they are ready. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../local/port.ts';
import { scratchFolder } from '../../local/private-folder.ts';
import { findTemporalBinary } from '../../local/temporal-binary.ts';
import { stopProcess } from '../../local/stop-process.ts';
import { untilAnswering } from '../bench-environment.ts';
import type { BenchEnvironment } from '../bench-environment.ts';
import { median, round, ROUNDS, spread } from '../row.ts';
import type { Row } from '../row.ts';

/** Starts everything, and each alone, on what is built already. */
export async function startRows(
  stage: BenchEnvironment,
  say: (line: string) => void,
): Promise<Row[]> {
  const hellos: number[] = [];
  const whole: number[] = [];
  const apis: number[] = [];
  const workers: number[] = [];
  const home = scratchFolder('start');
  try {
    await keepTemporal(home, say);
    await wholeStart(home);
    for (let at = 0; at < ROUNDS; at += 1) {
      hellos.push(await hello());
      whole.push(await wholeStart(home));
      apis.push(await alone(stage, 'api', 'PORT'));
      workers.push(await alone(stage, 'worker', 'WORKER_PORT'));
      say(
        `Starting, round ${at + 1} of ${ROUNDS}: whole ${round(whole.at(-1) ?? 0)} s, API ${round(apis.at(-1) ?? 0)} s, worker ${round(workers.at(-1) ?? 0)} s`,
      );
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const node = `an empty Node process ${round(median(hellos))} s`;
  const row = (metric: string, values: number[], goal: number): Row => ({
    metric,
    value: round(median(values)),
    unit: 's',
    goal,
    better: 'lower',
    against: `${node}; ${spread(values)}`,
  });
  return [
    row('npm start on a warm cache until /readyz', whole, 10),
    row('API alone until /readyz', apis, 2),
    row('worker alone with its bundle until /readyz', workers, 5),
  ];
}

async function alone(
  stage: BenchEnvironment,
  name: 'api' | 'worker',
  setting: string,
): Promise<number> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/readyz`;
  return (await stage.timeToReady(name, address, { [setting]: String(port) })) / 1000;
}

// As a start before this one would have kept it, so that the measured ones find and check it as any
// start does. One that is installed is found by itself.
async function keepTemporal(home: string, say: (line: string) => void): Promise<void> {
  const found = await findTemporalBinary(path.resolve('.mapalus/bin'), undefined, say);
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  copyFileSync(found, path.join(bin, path.basename(found)));
}

async function wholeStart(home: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, MAPALUS_HOME: home, PORT: String(port), TEMPORAL_BINARY: '' };
  const began = performance.now();
  const child = spawn('npm', ['start'], { env, stdio: 'ignore', detached: true });
  try {
    await untilAnswering(`http://127.0.0.1:${port}/readyz`);
    return (performance.now() - began) / 1000;
  } finally {
    await stopProcess(child, 30_000);
  }
}

async function hello(): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => child.once('exit', resolve));
  return (performance.now() - began) / 1000;
}
