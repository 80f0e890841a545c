/**
 * The PostgreSQL of this machine's own packages, with the tools that come with it. What the product
 * embeds has no `pg_dump`, and one of another version refuses its server.
 */
import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../local/port.ts';
import { eventually } from './eventually.ts';

const run = promisify(execFile);
const PACKAGES = '/usr/lib/postgresql';

/** What a test says that cannot run without it. */
export const NO_DEBIAN_POSTGRES =
  'needs a PostgreSQL server with its pg_dump, as `apt-get install postgresql` brings them';

export type DebianPostgres = {
  superuserUrl: string;
  /** Writes a database to a file, as `pg_dump` does. */
  dump: (database: string, file: string) => Promise<void>;
  /** Puts a database back from such a file, in place of what it holds. */
  putBack: (database: string, file: string) => Promise<void>;
  folder: string;
  stop: () => Promise<void>;
};

/** Where the newest one's programs are; undefined when there is none. */
export function debianPrograms(): string | undefined {
  if (!existsSync(PACKAGES)) return undefined;
  return readdirSync(PACKAGES)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => path.join(PACKAGES, version, 'bin'))
    .find((bin) => ['initdb', 'pg_dump'].every((program) => existsSync(path.join(bin, program))));
}

/** Starts a server of these programs with an empty cluster. */
export async function startDebianPostgres(programs: string): Promise<DebianPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-debian-'));
  const user = await serverUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const [data, port] = [path.join(folder, 'data'), await freePort()];
  const program = (name: string) => path.join(programs, name);
  const tool = (name: string, given: string[]) =>
    run(program(name), given, { ...user, cwd: folder });
  await tool('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale']);
  const server = spawn(
    program('postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await eventually(() => answers(url('postgres')), { waitingFor: 'PostgreSQL' });

  return {
    superuserUrl: url('postgres'),
    folder,
    dump: async (database, file) =>
      void (await tool('pg_dump', ['-Fc', '-f', file, url(database)])),
    async putBack(database, file) {
      const to = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
      await tool('dropdb', [...to, '--force', database]);
      await tool('createdb', [...to, '-O', 'mapalus_owner', database]);
      await tool('pg_restore', ['-d', url(database), '--exit-on-error', file]);
    },
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return true;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

// The server refuses to be root; the packages made a user for it.
async function serverUser(): Promise<{ uid?: undefined } | { uid: number; gid: number }> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (which: string) => Number((await run('id', [which, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}
