/**
 * Debian's own PostgreSQL and a Temporal server beside it, set up by nothing but the lines of the
 * README and of the page that it names.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chownSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { freePort } from '../../local/port.ts';
import { stopProcess } from '../../local/stop-process.ts';
import { asOwner } from '../../prisma/owner.ts';
import { signIn } from '../support/api.ts';
import { seedCast } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { passATurn } from '../support/first-turn.ts';
import { TEST_PASSWORD, TEST_SECRET } from '../support/test-servers.ts';
import { aMailServer } from '../support/post-office.ts';
import type { MailServer } from '../support/post-office.ts';
import { run } from '../support/started-here.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
const isHere = existsSync(path.join(PROGRAMS, 'initdb'));

/** What an administrator writes where the README leaves a password out. */
const PASSWORD = 'a-password-of-their-own';

const finished = promisify(execFile);

let folder: string;
let databasePort: number;
let postgres: ChildProcess | undefined;
let temporal: ChildProcess | undefined;
let mail: MailServer | undefined;
let given: Record<string, string>;
beforeAll(async () => {
  if (!isHere) return;
  folder = mkdtempSync(path.join(tmpdir(), 'mapalus-debian-'));
  chmodSync(folder, 0o755);
  databasePort = await freePort();
  const [temporalPort, mailPort] = [await freePort(), await freePort()];
  postgres = await startDebiansPostgres(databasePort);
  temporal = spawn(
    inject('temporalBinary'),
    ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(temporalPort)],
    { stdio: 'ignore' },
  );
  mail = await aMailServer(mailPort);
  // The values that an administrator puts for the names of the README.
  given = {
    DATABASE_URL: `postgres://mapalus_owner:${PASSWORD}@127.0.0.1:${databasePort}/mapalus`,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    TEMPORAL_NAMESPACE: 'mapalus',
    // This server asks for no certificate.
    TEMPORAL_TLS_CERT: '',
    TEMPORAL_TLS_KEY: '',
    SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
    MAIL_FROM: 'Mapalus <mapalus@example.go.id>',
    MAPALUS_SECRET: TEST_SECRET,
    BASE_URL: 'http://mapalus.test',
    TRUSTED_PROXIES: 'loopback',
  };
});
afterAll(async () => {
  await mail?.close();
  for (const server of [temporal, postgres])
    if (server) await stopProcess(server, 10_000, 'SIGINT');
  if (isHere) rmSync(folder, { recursive: true, force: true });
});

const reason = isHere ? '' : ` (skipped: no ${PROGRAMS}; \`apt-get install postgresql-15\`)`;

test.skipIf(!isHere)(`the README alone leads to a running installation${reason}`, async () => {
  const readme = sectionOf('README.md', '## Real servers');
  const [once = '', everyTime = ''] = blocksIn(readme);
  const [forTemporal = ''] = blocksIn(sectionOf('docs/operations.md', '### Temporal'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '', HOME = '' } = process.env;
  const env = { ...namedIn(everyTime), PATH, HOME, PORT: String(port) };

  const asPostgres = once.replace('sudo -u postgres ', '').replaceAll('…', PASSWORD);
  await inShell(asPostgres, { PGHOST: folder, PGPORT: String(databasePort), PGUSER: 'postgres' });
  await eventually(() => succeeds(inShell('temporal operator cluster health')), {
    waitingFor: 'Temporal',
  });
  await inShell(forTemporal);
  const migrating = run('npm', ['run', 'migrate'], env);
  await migrating.ended;
  const [, password = ''] = /shown only now: (\S+)/.exec(migrating.said()) ?? [];
  const [worker, api] = [run('npm', ['run', 'worker'], env), run('npm', ['run', 'api'], env)];
  try {
    await eventually(() => succeeds(ready(url)), { waitingFor: '/readyz' });
    const account = { email: 'admin@mapalus.localhost', password, address: 1 };
    const administrator = await signIn(url, account);
    const session = await administrator.get('/session');
    await givePlacesToTheCast();
    const passed = await passATurn(url, 'di Debian');
    const arrived = await eventually(
      () => mail?.received.find(({ to }) => to === 'officer-tondano@example.test'),
      { waitingFor: 'the mail' },
    );

    expect(everyTime).toContain('npm run migrate\nnpm run worker & npm run api');
    expect(session.body).toMatchObject({ mustChangePassword: true });
    expect(passed.status).toBe(200);
    expect(arrived.source).toContain('di Debian');
  } finally {
    await Promise.all([worker.end('SIGTERM'), api.end('SIGTERM')]);
  }
});

function sectionOf(file: string, heading: string): string {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const level = /^#+/.exec(heading)?.[0] ?? '';
  const [, after = ''] = text.split(`${heading}\n`);
  return after.split(new RegExp(`^#{1,${level.length}} `, 'm'))[0] ?? '';
}

function blocksIn(section: string): string[] {
  return [...section.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** A value for each name that the block exports; one that nobody knows fails. */
function namedIn(block: string): Record<string, string> {
  const names = [...block.matchAll(/(?<=\s)([A-Z_]+)=/g)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.map((name) => {
      const value = given[name];
      if (value === undefined) throw new Error(`the README names ${name}; give it a value here`);
      return [name, value];
    }),
  );
}

// `psql` is Debian's, and `temporal` the one that is tested with.
async function inShell(commands: string, env: Record<string, string> = {}): Promise<void> {
  const programs = path.join(folder, 'bin');
  mkdirSync(programs, { recursive: true });
  const named = path.join(programs, 'temporal');
  if (!existsSync(named)) symlinkSync(inject('temporalBinary'), named);
  const PATH = [programs, PROGRAMS, process.env['PATH']].join(':');
  const { TEMPORAL_ADDRESS = '' } = given;
  await finished('bash', ['-e', '-c', commands], {
    env: { HOME: process.env['HOME'] ?? '', PATH, TEMPORAL_ADDRESS, ...env },
  });
}

async function ready(url: string): Promise<void> {
  const { ok, status } = await fetch(`${url}/readyz`);
  if (!ok) throw new Error(`not ready: ${status}`);
}

function succeeds(attempt: Promise<unknown>): Promise<true | undefined> {
  return attempt.then(
    () => true,
    () => undefined,
  );
}

// As `apt-get install postgresql` sets it up, but for its place and its port: by the socket one
// comes in as the user `postgres`, otherwise by a password.
async function startDebiansPostgres(port: number): Promise<ChildProcess> {
  const cluster = path.join(folder, 'cluster');
  const runAs = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (runAs.uid !== undefined) chownSync(folder, runAs.uid, runAs.gid);
  await finished(
    path.join(PROGRAMS, 'initdb'),
    ['-D', cluster, '-U', 'postgres', '--auth-local=trust', '--auth-host=scram-sha-256'],
    { ...runAs, cwd: folder },
  );
  const flags = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const server = spawn(
    path.join(PROGRAMS, 'postgres'),
    ['-D', cluster, '-p', String(port), ...flags],
    {
      ...runAs,
      stdio: 'ignore',
      cwd: folder,
    },
  );
  await eventually(
    () => succeeds(finished(path.join(PROGRAMS, 'pg_isready'), ['-h', folder, '-p', String(port)])),
    { waitingFor: 'PostgreSQL' },
  );
  return server;
}

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres']));
}

// The people of the tests, in place of the first account.
async function givePlacesToTheCast(): Promise<void> {
  const { DATABASE_URL: url = '' } = given;
  await asOwner(url, async (owner) => {
    await owner.query('delete from membership');
    await owner.query('delete from auth."user"');
    await owner.query('delete from office');
    await owner.query('delete from installation');
  });
  await seedCast(url, TEST_PASSWORD);
}
