/**
 * The installation that the storm goes over: PostgreSQL, Temporal with a database file, a mailbox,
 * two workers and two APIs, all of them real processes, in a folder of their own.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { ROOT } from '../config/root.ts';
import { openingOf } from '../domain/shared/day.ts';
import type { Day } from '../domain/shared/day.ts';
import { builtProcess } from '../local/built-process.ts';
import type { BuiltProcess } from '../local/built-process.ts';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { stopProcess } from '../local/stop-process.ts';
import { startTemporal } from '../local/temporal.ts';
import { findTemporalBinary } from '../local/temporal-binary.ts';
import { migrate } from '../prisma/migrate.ts';
import { loadReferenceData } from '../prisma/reference-data.ts';
import { ensureRoles, urlOf } from '../prisma/roles.ts';
import { seedCast } from '../tests/support/cast.ts';
import { createDatabase } from '../tests/support/create-database.ts';
import { keepPart } from './part.ts';
import type { Part, PartMaking } from './part.ts';

const SECRET = 'a secret for storms only, long enough to be taken for one';

/** Everybody's password in the cast. */
export const PASSWORD = 'mapalus mapalus mapalus';

/** What can be hit. */
export type Target =
  'postgres' | 'temporal' | 'mailbox' | 'worker-1' | 'worker-2' | 'api-1' | 'api-2';

export type Stage = {
  folder: string;
  /** Where the two APIs are. */
  urls: readonly string[];
  /** The address that pages would have. */
  origin: string;
  ownerUrl: string;
  superuserUrl: string;
  workerUrl: string;
  temporalAddress: string;
  /** Where the mailbox keeps what it received. */
  mailFolder: string;
  bundlePath: string;
  parts: ReadonlyMap<Target, Part>;
  stop: () => Promise<void>;
};

/** What to start the processes of the product from; the built ones unless said. */
export type StageOptions = {
  folder: string;
  /** The business day on which the installation begins. */
  begin: Day;
  say: (line: string) => void;
  temporalBinary?: string;
  bundlePath?: string;
};

/** Raises everything in this folder, with the cast in place. */
export async function raiseStage({
  folder,
  begin,
  say,
  temporalBinary,
  bundlePath = path.join(ROOT, 'build', 'workflows.js'),
}: StageOptions): Promise<Stage> {
  mkdirSync(path.join(folder, 'log'), { recursive: true });
  // PostgreSQL's own user has to walk through it.
  chmodSync(folder, 0o755);
  const named = temporalBinary ?? process.env['TEMPORAL_BINARY'];
  const binary = await findTemporalBinary(path.resolve('.mapalus/bin'), named, say);
  const ports = await freePorts();
  const parts = new Map<Target, Part>();
  const keep = async (target: Target, making: Omit<PartMaking, 'name'>) =>
    void parts.set(target, await keepPart({ name: target, ...making }));
  try {
    let superuserUrl = '';
    const servers = [
      keep('postgres', {
        async start(onSpawn) {
          const files = path.join(folder, 'postgres');
          const cluster = await startPostgres(files, ports.postgres, onSpawn);
          superuserUrl = cluster.superuserUrl('postgres');
          return cluster;
        },
        family: (pid) => backendsOf(superuserUrl, pid),
      }),
      keep('temporal', {
        start: (onSpawn) =>
          startTemporal({
            binary,
            port: ports.temporal,
            databaseFile: path.join(folder, 'temporal.db'),
            timeSkipping: true,
            onSpawn,
          }),
      }),
    ];
    // Where one fails, the other is waited for: only what has started can be stopped.
    await Promise.allSettled(servers);
    await Promise.all(servers);
    const ownerUrl = await filledDatabase(superuserUrl, begin);

    const origin = 'http://mapalus.test';
    const mailFolder = path.join(folder, 'mail');
    const env = {
      NODE_ENV: 'production',
      LOG_LEVEL: 'info',
      BASE_URL: origin,
      DATABASE_URL: ownerUrl,
      MAPALUS_SECRET: SECRET,
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      SMTP_URL: `smtp://127.0.0.1:${ports.mailbox}`,
      MAILBOX_FOLDER: mailFolder,
      // Each person signs in from an address of their own, so that the limit per address holds.
      TRUSTED_PROXIES: 'loopback',
      WORKFLOW_BUNDLE: bundlePath,
    };
    const bring = (target: Target, script: BuiltProcess, more: Record<string, string> = {}) =>
      keep(target, {
        start: (onSpawn) =>
          startBuilt(
            script,
            { ...env, ...more },
            path.join(folder, 'log', `${target}.log`),
            onSpawn,
          ),
      });
    await bring('mailbox', 'mailbox');
    const processes = [
      bring('worker-1', 'worker'),
      bring('worker-2', 'worker'),
      bring('api-1', 'api', { PORT: String(ports.first) }),
      bring('api-2', 'api', { PORT: String(ports.second) }),
    ];
    await Promise.allSettled(processes);
    await Promise.all(processes);
    return {
      folder,
      urls: [`http://127.0.0.1:${ports.first}`, `http://127.0.0.1:${ports.second}`],
      origin,
      ownerUrl,
      superuserUrl,
      workerUrl: urlOf('mapalus_worker', ownerUrl, SECRET),
      temporalAddress: env.TEMPORAL_ADDRESS,
      mailFolder,
      bundlePath,
      parts,
      stop: () => stopAll(parts),
    };
  } catch (error) {
    await stopAll(parts);
    throw error;
  }
}

/** Asks the database as somebody of this connection, once. */
export async function askDatabase<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePorts() {
  return {
    postgres: await freePort(),
    temporal: await freePort(),
    mailbox: await freePort(),
    first: await freePort(),
    second: await freePort(),
  };
}

async function filledDatabase(superuserUrl: string, begin: Day): Promise<string> {
  await ensureRoles(superuserUrl, SECRET);
  const ownerUrl = await createDatabase(superuserUrl, 'mapalus');
  await migrate(ownerUrl);
  await loadReferenceData(ownerUrl);
  await seedCast(ownerUrl, PASSWORD);
  const clockOffset = openingOf(begin, 'Asia/Makassar', 9) - Date.now();
  // Back to the first day, which the clock would not do by itself.
  const forward = 'trigger clock_runs_forward';
  await askDatabase(ownerUrl, `alter table installation disable ${forward}`);
  await askDatabase(ownerUrl, 'update installation set clock_offset = $1', [clockOffset]);
  await askDatabase(ownerUrl, `alter table installation enable ${forward}`);
  return ownerUrl;
}

// Each session of PostgreSQL is a process in a group of its own.
async function backendsOf(superuserUrl: string, postmaster: number): Promise<number[]> {
  const rows = await askDatabase<{ pid: number }>(
    superuserUrl,
    'select pid from pg_stat_activity where pid <> pg_backend_pid()',
  );
  return rows.map(({ pid }) => pid).filter((pid) => pid !== postmaster);
}

async function startBuilt(
  script: BuiltProcess,
  env: Record<string, string>,
  logFile: string,
  onSpawn: (process: ChildProcess) => void,
): Promise<{ stop: () => Promise<void> }> {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', builtProcess(script)], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  onSpawn(child);
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
  if (!isReady) throw new Error(readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1));
  return { stop: () => stopProcess(child, 20_000) };
}

async function stopAll(parts: ReadonlyMap<Target, Part>): Promise<void> {
  for (const part of [...parts.values()].reverse()) await part.stop();
}
