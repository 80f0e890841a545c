/**
 * The embedded stack: every part that the settings do not name, started in order, watched, and
 * stopped in the opposite order.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { ROOT } from '../config/root.ts';
import { environmentOf } from './secrets.ts';
import type { Holder } from './secrets.ts';
import type { Settings } from '../config/settings.ts';
import { builtProcess } from './built-process.ts';
import {
  release,
  installationFolder,
  noted,
  openFolder,
  acquire,
  writeRunNote,
} from './installation-folder.ts';
import type { InstallationFolder } from './installation-folder.ts';
import { keptSecret } from './kept-secret.ts';
import { freePort, isFree } from './port.ts';
import { startPostgres } from './postgres.ts';
import { stopProcess } from './stop-process.ts';
import { startTemporal } from './temporal.ts';
import { findTemporalBinary } from './temporal-binary.ts';
import { Stopped, StartUpError } from './start-up-error.ts';

// What a shell may say of another Temporal, which the embedded one knows nothing of.
const EMBEDDED_TEMPORAL = {
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_TLS: '',
  TEMPORAL_TLS_CERT: '',
  TEMPORAL_TLS_KEY: '',
  TEMPORAL_TLS_CA: '',
  TEMPORAL_API_KEY: '',
};

// And of another mail server.
const EMBEDDED_MAILBOX = { SMTP_TLS: '', SMTP_CA: '' };

/** How long a process of ours may take until it is ready (milliseconds); it takes seconds. */
const PATIENCE = 60_000;

/** A log longer than this many bytes is put aside at the next start. */
const MOST_LOG = 10 * 1024 * 1024;

/** A part that runs: its name for people, its process where it has one here. */
export type Part = { name: string; process: ChildProcess; stop: () => Promise<void> };

export type Stack = {
  home: InstallationFolder;
  /** Settings by which the parts are found, secrets included; each process is given its own. */
  env: Record<string, string>;
  parts: Part[];
  /** Starts one of the product's own processes and waits until it is ready. */
  startProcess: (name: string, script: Holder, more?: Record<string, string>) => Promise<void>;
  /** Rejects with the name of the first part that ends by itself. */
  broken: Promise<never>;
  stop: () => Promise<void>;
};

export type StackOptions = {
  say: (line: string) => void;
  /** A port that has to be free before anything starts. */
  needsPort?: number;
  /** Resolves when whoever starts it has been asked to stop. */
  asked?: Promise<void>;
  /** How long a process of ours may take until it is ready, in milliseconds. */
  patience?: number;
};

/**
 * Starts PostgreSQL, Temporal and the mailbox, as far as they are not named elsewhere. Fails with
 * `Stopped` when it was asked to stop before they ran.
 */
export async function startStack(
  settings: Settings,
  { say, needsPort = 0, asked, patience = PATIENCE }: StackOptions,
): Promise<Stack> {
  const home = installationFolder(settings);
  openFolder(home);
  const left = await acquire(home);
  if (left.length > 0)
    say(`A start before this one was killed; ended what it left: ${left.join(', ')}.`);
  const parts: Part[] = [];
  let reportBroken: (error: Error) => void = () => {};
  const broken = new Promise<never>((_resolve, reject) => (reportBroken = reject));
  broken.catch(() => undefined);
  let stopping = false;

  const env: Record<string, string> = {};
  try {
    // Not earlier: what was left may have held the port.
    await requireFreePort(needsPort, settings.HOST);
    env['MAPALUS_SECRET'] = settings.MAPALUS_SECRET ?? ownSecret(home);
    const servers = [embeddedPostgres(), embeddedTemporal()] as const;
    // Where one fails, the other is waited for: only what has started can be stopped.
    await Promise.allSettled(servers);
    const [postgres, temporal] = await Promise.all(servers);
    if (postgres) env['DATABASE_URL'] = postgres;
    if (temporal) Object.assign(env, EMBEDDED_TEMPORAL, { TEMPORAL_ADDRESS: temporal });
    if (settings.SMTP_URL === undefined) {
      env['SMTP_URL'] = `smtp://127.0.0.1:${await freePort()}`;
      env['MAILBOX_FOLDER'] = home.mail;
      Object.assign(env, EMBEDDED_MAILBOX);
      await startProcess('the mailbox', 'mailbox');
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { home, env, parts, startProcess, broken, stop };

  async function embeddedPostgres(): Promise<string | undefined> {
    if (settings.DATABASE_URL !== undefined) return undefined;
    const cluster = await startPostgres(home.postgres, await freePort(), (process, stop) =>
      take({ name: 'PostgreSQL', process, stop }),
    );
    watch('PostgreSQL', cluster.process);
    if (cluster.outside !== undefined) {
      say(
        `PostgreSQL runs as a user of its own, who may not enter this folder: the database is kept in ${cluster.outside}.`,
      );
    }
    return ownedDatabase(cluster.superuserUrl('postgres'), env['MAPALUS_SECRET'] ?? '');
  }

  async function embeddedTemporal(): Promise<string | undefined> {
    if (settings.TEMPORAL_ADDRESS !== undefined) return undefined;
    const finding = findTemporalBinary(home.bin, settings.TEMPORAL_BINARY, say);
    // Fetching it may take minutes.
    const binary = await Promise.race([finding, asked ?? finding]);
    if (!binary) throw new Stopped();
    const server = await startTemporal({
      binary,
      port: await freePort(),
      databaseFile: home.temporalFile,
      timeSkipping: settings.MAPALUS_INSTALLATION === 'training',
      onSpawn: (process, stop) => take({ name: 'Temporal', process, stop }),
    });
    watch('Temporal', server.process);
    return server.address;
  }

  async function startProcess(
    name: string,
    script: Holder,
    more: Record<string, string> = {},
  ): Promise<void> {
    if (stopping) throw new Error(`${name} is not started in a stack that is being stopped`);
    const logFile = logFileOf(home, name);
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--enable-source-maps', builtProcess(script)], {
      cwd: ROOT,
      env: environmentOf(script, { NODE_ENV: 'production', ...process.env, ...env, ...more }),
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    take({ name, process: child, stop: () => stopProcess(child, 20_000) });
    const became = await new Promise<'ready' | 'ended' | 'late'>((resolve) => {
      child.once('message', () => resolve('ready'));
      child.once('exit', () => resolve('ended'));
      setTimeout(() => resolve('late'), patience).unref();
    });
    if (became !== 'ready') {
      const what = became === 'ended' ? 'did not start' : `is not ready after ${patience / 1000} s`;
      throw new StartUpError(
        `${capital(name)} ${what}. Its last lines in ${logFile}:\n${lastLines(logFile)}`,
        'Mend what they say and start again.',
      );
    }
    watch(name, child);
  }

  // Known before it is ready: a stop or a kill in the middle of its start must end it, too.
  function take(part: Part): void {
    parts.push(part);
    writeNote();
  }

  function watch(name: string, child: ChildProcess): void {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ?? `code ${code}`;
      reportBroken(
        new StartUpError(
          `${capital(name)} (process ${child.pid}) ended by itself (${how}); everything else has been stopped.`,
          'Start again with `npm start`; it goes on where it ended.',
        ),
      );
    });
  }

  function writeNote(): void {
    writeRunNote(home, {
      supervisor: noted('npm start', process.pid),
      // Without a number it never ran; the system would take 0 for all of us.
      parts: parts.flatMap(({ name, process: { pid } }) => (pid ? [noted(name, pid)] : [])),
      env,
    });
  }

  async function stop(): Promise<void> {
    stopping = true;
    for (const part of parts.toReversed()) await part.stop();
    release(home);
  }
}

function ownSecret({ secret, postgres }: InstallationFolder): string {
  return keptSecret({
    file: secret,
    bytes: 32,
    cluster: path.join(postgres, 'cluster'),
    remedy:
      'Put the file back from a backup, or set MAPALUS_SECRET to a new one of 32 characters or ' +
      'more, with which everybody signs in again.',
  });
}

async function requireFreePort(port: number, host: string): Promise<void> {
  if (port === 0 || (await isFree(port, host))) return;
  throw new StartUpError(
    `Port ${port} is taken by another program.`,
    `Stop that program, or choose another port: PORT=${port + 1} npm start`,
  );
}

// The product's database belongs to a role that is no superuser, as on a real server.
async function ownedDatabase(superuserUrl: string, secret: string): Promise<string> {
  const password = createHmac('sha256', secret).update('postgres/owner').digest('hex');
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const exists = (sql: string) => client.query(sql).then(({ rowCount }) => (rowCount ?? 0) > 0);
    const verb = (await exists("select from pg_roles where rolname = 'mapalus_owner'"))
      ? 'alter'
      : 'create';
    await client.query(
      `${verb} role mapalus_owner login createrole nosuperuser password ${client.escapeLiteral(password)}`,
    );
    if (!(await exists("select from pg_database where datname = 'mapalus'"))) {
      await client.query('create database mapalus owner mapalus_owner');
    }
  } finally {
    await client.end();
  }
  const url = new URL(superuserUrl);
  url.username = 'mapalus_owner';
  url.password = password;
  url.pathname = '/mapalus';
  return url.href;
}

/** The last lines of a part's log. */
function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}

// One file a part; what a start before this one wrote is kept once over.
function logFileOf({ log }: InstallationFolder, name: string): string {
  mkdirSync(log, { recursive: true });
  const file = path.join(log, `${name.replace(/^the /, '').toLowerCase()}.log`);
  if (existsSync(file) && statSync(file).size > MOST_LOG) renameSync(file, `${file}.1`);
  return file;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
