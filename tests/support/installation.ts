/**
 * An installation of real processes, `build/api.js` and `build/worker.js`, on servers of its own
 * that a test may stop, start and kill.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { inject } from 'vitest';
import { openingOf } from '../../domain/shared/day.ts';
import { builtProcess } from '../../local/built-process.ts';
import type { BuiltProcess } from '../../local/built-process.ts';
import { freePort } from '../../local/port.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { Cluster } from '../../local/postgres.ts';
import { stopProcess } from '../../local/stop-process.ts';
import { startTemporal } from '../../local/temporal.ts';
import type { TemporalServer } from '../../local/temporal.ts';
import { migrate } from '../../prisma/migrate.ts';
import { loadReferenceData } from '../../prisma/reference-data.ts';
import { ensureRoles } from '../../prisma/roles.ts';
import { TEST_PASSWORD, TEST_SECRET } from './test-servers.ts';
import { ORIGIN, signIn } from './api.ts';
import type { Caller } from './api.ts';
import { emailOf, seedCast } from './cast.ts';
import type { PersonName } from './cast.ts';
import { createDatabase } from './create-database.ts';
import { swiftFolder } from './swift-folder.ts';

/** A process of the product and what it has said. */
export type Started = {
  process: ChildProcess;
  pid: number;
  lines: string[];
  /** Resolves when it has ended, with its exit code. */
  ended: Promise<number | null>;
  /** Asks it to end, and waits. */
  stop: () => Promise<void>;
  /** Ends it without asking, and waits. */
  kill: () => Promise<void>;
};

export type Installation = {
  url: string;
  ownerUrl: string;
  env: Record<string, string>;
  /** Where Temporal keeps everything it knows. */
  temporalFile: string;
  startApi: () => Promise<Started>;
  /** Starts a worker, with settings of its own. */
  startWorker: (more?: Record<string, string>) => Promise<Started>;
  startPostgres: () => Promise<void>;
  stopPostgres: () => Promise<void>;
  startTemporal: () => Promise<void>;
  stopTemporal: () => Promise<void>;
  as: (person: PersonName) => Promise<Caller>;
  rows: (sql: string, values?: unknown[]) => Promise<any[]>;
  /** Ends whatever still runs and takes everything away. */
  remove: () => Promise<void>;
};

/**
 * Makes an installation with both servers running; on this day, with the cast, and with settings
 * of the test's own.
 */
export async function anInstallation(
  begin: string,
  settings: Record<string, string> = {},
): Promise<Installation> {
  const folder = swiftFolder('installation');
  const [port, postgresPort, temporalPort] = [await freePort(), await freePort(), await freePort()];
  const started: Started[] = [];
  let cluster: Cluster | undefined;
  let temporal: TemporalServer | undefined;
  const temporalFile = path.join(folder, 'temporal.db');

  const startDatabase = async () => {
    cluster = await startPostgres(path.join(folder, 'postgres'), postgresPort);
  };
  const startEngine = async () => {
    temporal = await startTemporal({
      binary: inject('temporalBinary'),
      port: temporalPort,
      databaseFile: temporalFile,
      timeSkipping: true,
    });
  };
  await Promise.all([startDatabase(), startEngine()]);
  const superuserUrl = (cluster as unknown as Cluster).superuserUrl('postgres');
  const clockOffset = openingOf(begin, 'Asia/Makassar', 9) - Date.now();
  const ownerUrl = await filledDatabase(superuserUrl, clockOffset);
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    BASE_URL: ORIGIN,
    DATABASE_URL: ownerUrl,
    MAPALUS_SECRET: TEST_SECRET,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    // Nobody listens there: mail waits.
    SMTP_URL: 'smtp://127.0.0.1:9',
    TRUSTED_PROXIES: 'loopback',
    PASSWORD_MEMORY: '1',
    // A test asks in one person's name for what many would.
    REQUESTS_AT_ONCE: '1000',
    REQUESTS_PER_MINUTE: '1000000',
    WORKFLOW_BUNDLE: inject('bundlePath'),
  };
  const start = async (script: BuiltProcess, more: Record<string, string> = {}) => {
    const one = await startBuilt(script, { ...env, ...settings, ...more });
    started.push(one);
    return one;
  };
  const callers = new Map<PersonName, Promise<Caller>>();

  return {
    url,
    ownerUrl,
    env,
    temporalFile,
    startApi: () => start('api'),
    startWorker: (more) => start('worker', more),
    startPostgres: startDatabase,
    stopPostgres: async () => cluster?.stop(),
    startTemporal: startEngine,
    stopTemporal: async () => temporal?.stop(),
    as: (person) => {
      const account = { email: emailOf(person), password: TEST_PASSWORD };
      const known = callers.get(person) ?? signIn(url, { ...account, address: callers.size + 1 });
      callers.set(person, known);
      return known;
    },
    rows: (sql, values) => rowsOf(ownerUrl, sql, values),
    async remove() {
      for (const each of started) await each.stop();
      await Promise.all([temporal?.stop(), cluster?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts one of the built processes and waits until it says that it is ready. */
export async function startBuilt(
  script: BuiltProcess,
  env: Record<string, string>,
): Promise<Started> {
  const child = spawn(process.execPath, ['--enable-source-maps', builtProcess(script)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on('line', (line) => lines.push(line));
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = await Promise.race([
    new Promise<boolean>((resolve) => child.once('message', () => resolve(true))),
    ended.then(() => false),
  ]);
  if (!ready) throw new Error(`${script} did not start:\n${lines.join('\n')}`);
  return {
    process: child,
    pid: child.pid ?? 0,
    lines,
    ended,
    stop: () => stopProcess(child, 15_000),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function filledDatabase(superuserUrl: string, clockOffset: number): Promise<string> {
  await ensureRoles(superuserUrl, TEST_SECRET);
  const ownerUrl = await createDatabase(superuserUrl, 'mapalus');
  await migrate(ownerUrl);
  await loadReferenceData(ownerUrl);
  await seedCast(ownerUrl, TEST_PASSWORD);
  // Back to the day of the test, which the clock would not do by itself.
  await rowsOf(ownerUrl, 'alter table installation disable trigger clock_runs_forward');
  await rowsOf(ownerUrl, 'update installation set clock_offset = $1', [clockOffset]);
  return ownerUrl;
}

async function rowsOf(ownerUrl: string, sql: string, values?: unknown[]): Promise<any[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
