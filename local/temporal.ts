/**
 * Temporal's server for a machine that has none: the development server of the CLI, with its
 * state in a file.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../workflows/agreement/messages.ts';
import { plainEnvironment } from './plain-environment.ts';
import { stopProcess } from './stop-process.ts';
import type { OnSpawn } from './stop-process.ts';
import { StartUpError } from './start-up-error.ts';

export type TemporalOptions = {
  binary: string;
  port: number;
  /** Where the state is kept; in memory when left out. */
  databaseFile?: string;
  /** Whether time can be skipped: in tests and training installations only. */
  timeSkipping: boolean;
  onSpawn?: OnSpawn;
};

export type TemporalServer = {
  address: string;
  process: ChildProcess;
  stop: () => Promise<void>;
};

// Search attribute types by the CLI's names.
const CLI_TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;

// A shard looks for work at most 20 times a second otherwise, which is meant for clusters of
// hundreds of shards; this server has one. Commands and fast-forwards would queue for it.
const ONE_SHARD = [
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  'history.visibilityProcessorMaxPollRPS=1000',
];

// It also answers HTTP, on a port of its own choice and without asking who is there: a page in
// somebody's browser could come to it under a name that it lets lead to this machine. No name is
// let in; nothing of ours needs that door.
const NO_HTTP = ['frontend.httpAllowedHosts=["nobody.invalid"]'];

// With these a fast-forward stops at every milestone. The first allows skipping at all; without
// the second it jumps over the pause before a run continued as new; the third makes each skip
// take 0.1 s instead of 1 s.
const TIME_SKIPPING = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  'history.workflowIdReuseMinimalInterval="0s"',
  'history.timerProcessorMaxTimeShift="50ms"',
];

/** Starts the server and waits until it answers. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { binary, port, databaseFile, timeSkipping } = options;
  const attributes = Object.values(searchAttributes).map(
    ({ name, type }) => `${name}=${CLI_TYPES[type]}`,
  );
  const flags = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
    // Its pages ask nobody who they are.
    '--headless',
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
    ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
    ...[...ONE_SHARD, ...NO_HTTP, ...(timeSkipping ? TIME_SKIPPING : [])].flatMap((each) => [
      '--dynamic-config-value',
      each,
    ]),
  ];
  // In a group of its own: Ctrl-C is for the supervisor, which stops the parts in order.
  const server = spawn(binary, flags, {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = () => stopProcess(server, 10_000);
  options.onSpawn?.(server, stop);
  const lines: string[] = [];
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  }
  // Whatever keeps the program from being run: lost rights, or a disk that runs none.
  server.once('error', ({ message }) => lines.push(message));
  const address = `127.0.0.1:${port}`;
  if (!(await answers(address, server))) {
    await stop();
    const said = lines.join('').trim().split('\n').slice(-5).join('\n  ');
    throw new StartUpError(
      `The Temporal server did not start. It said:\n  ${said}`,
      remedyFor(said),
    );
  }
  return { address, process: server, stop };
}

async function answers(address: string, server: ChildProcess): Promise<boolean> {
  const giveUpAt = Date.now() + 30_000;
  while (Date.now() < giveUpAt && server.exitCode === null && server.signalCode === null) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 500 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return true;
    } catch {
      await pause(50);
    }
  }
  return false;
}

function remedyFor(said: string): string {
  if (/no space left|disk is full|disk I\/O/i.test(said)) {
    return 'The disk is full. Free some space and start again.';
  }
  if (/EACCES/.test(said)) {
    return (
      'Let it be run (`chmod +x`), or set TEMPORAL_BINARY to a Temporal CLI on a disk that runs ' +
      'programs.'
    );
  }
  if (/address already in use/i.test(said)) return 'Start again to use another port.';
  if (/not a database|malformed|corrupt/i.test(said)) {
    return (
      "The server's file is damaged. Move it away and start again; every agreement is then " +
      'restored from PostgreSQL.'
    );
  }
  return 'Look at the lines above; `npm start` can be repeated at any time.';
}
