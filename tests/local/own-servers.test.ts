/**
 * Servers of one's own take the place of the embedded ones, and the two processes run alone on
 * them, as in a real installation.
 */
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { builtProcess } from '../../local/built-process.ts';
import { freePort } from '../../local/port.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { Cluster } from '../../local/postgres.ts';
import { startTemporal } from '../../local/temporal.ts';
import type { TemporalServer } from '../../local/temporal.ts';
import { migrate } from '../../prisma/migrate.ts';
import { loadReferenceData } from '../../prisma/reference-data.ts';
import { ensureRoles, urlOf } from '../../prisma/roles.ts';
import type { ServingRole } from '../../prisma/roles.ts';
import { seedCast } from '../support/cast.ts';
import { createDatabase } from '../support/create-database.ts';
import { eventually } from '../support/eventually.ts';
import { passATurn } from '../support/first-turn.ts';
import { TEST_PASSWORD, TEST_SECRET } from '../support/test-servers.ts';
import { aStartingPlace, run } from '../support/started-here.ts';
import type { StartingPlace } from '../support/started-here.ts';
import { swiftFolder } from '../support/swift-folder.ts';

const METRICS_TOKEN = 'for the test of metrics only';

let folder: string;
let place: StartingPlace;
let cluster: Cluster;
let temporal: TemporalServer;
let smtp: SMTPServer;
let received: string[];
let servers: Record<'DATABASE_URL' | 'TEMPORAL_ADDRESS' | 'SMTP_URL' | 'MAPALUS_SECRET', string>;
beforeAll(async () => {
  folder = swiftFolder('own');
  received = [];
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onData: (stream, _session, taken) =>
      void text(stream).then((mail) => {
        received.push(mail);
        taken();
      }),
  });
  const [smtpPort, temporalPort] = [await freePort(), await freePort()];
  await new Promise<void>((resolve) => smtp.listen(smtpPort, '127.0.0.1', () => resolve()));
  [place, cluster, temporal] = await Promise.all([
    aStartingPlace(),
    startPostgres(folder, await freePort()),
    startTemporal({ binary: inject('temporalBinary'), port: temporalPort, timeSkipping: false }),
  ]);
  servers = {
    DATABASE_URL: await ownedDatabase(),
    TEMPORAL_ADDRESS: temporal.address,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAPALUS_SECRET: TEST_SECRET,
  };
});
afterAll(async () => {
  await place.remove();
  await Promise.all([cluster.stop(), temporal.stop()]);
  await new Promise<void>((resolve) => smtp.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('`npm start` uses what the settings name, and brings only what is missing', async () => {
  const running = await place.start(servers);
  const parts = Object.keys(place.noted().pids);
  const passed = await passATurn(place.url, 'pertama');
  // Several people are told, in no order.
  const toOfficer = await eventually(
    () => received.find((mail) => mail.includes('To: officer-tondano@example.test')),
    { waitingFor: 'the mail' },
  );

  const { code } = await running.end('SIGTERM');

  expect(parts.sort()).toEqual(['the API', 'the worker']);
  expect(running.said()).not.toContain('Mail is kept in');
  expect(passed.status).toBe(200);
  expect(toOfficer).toContain('pertama');
  expect(code).toBe(0);
  expect(place.processes()).toEqual([]);
  // What was there before is nobody's to stop.
  expect([cluster.process.exitCode, temporal.process.exitCode]).toEqual([null, null]);
});

test('`npm run api` and `npm run worker` run alone, tell how they are, and stop when asked', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const workerPort = await freePort();
  const workerUrl = `http://127.0.0.1:${workerPort}`;
  const env = {
    ...{ PATH, HOME, ...servers, METRICS_TOKEN },
    MAPALUS_HOME: place.folder,
    PORT: String(place.port),
    WORKER_PORT: String(workerPort),
  };
  const [api, worker] = [run('npm', ['run', 'api'], env), run('npm', ['run', 'worker'], env)];

  await Promise.all([`${place.url}/readyz`, `${workerUrl}/readyz`].map(untilOk));
  const passed = await passATurn(place.url, 'kedua');
  const knowing = { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } };
  const [withToken, without, ofWorker, withoutOfWorker, alive, elsewhere] = await Promise.all([
    fetch(`${place.url}/metrics`, knowing),
    fetch(`${place.url}/metrics`),
    fetch(`${workerUrl}/metrics`, knowing),
    fetch(`${workerUrl}/metrics`),
    fetch(`${workerUrl}/livez`),
    fetch(`${workerUrl}/nowhere`),
  ]);
  const numbers = await withToken.text();
  const workerNumbers = await ofWorker.text();
  const again = [run('npm', ['run', 'api'], env), run('npm', ['run', 'worker'], env)];
  const codes = await Promise.all(again.map(({ ended }) => ended));
  await Promise.all([api.end('SIGTERM'), worker.end('SIGTERM')]);

  expect(passed.status).toBe(200);
  expect(numbers).toMatch(/route="\/api\/v1\/agreements\/:id\/turns",status="200"/);
  expect(workerNumbers).toMatch(
    /mapalus_activities_total\{type="recordAgreement",outcome="done"\} [1-9]/,
  );
  expect(
    [withToken, without, ofWorker, withoutOfWorker, alive].map(({ status }) => status),
  ).toEqual([200, 404, 200, 404, 200]);
  expect(elsewhere.ok).toBe(false);
  expect(codes).toEqual([1, 1]);
  expect(again[0]?.said()).toContain(`Port ${place.port} is taken by another program.`);
  expect(again[1]?.said()).toContain(`Port ${workerPort} is taken by another program.`);
  for (const { said } of [api, worker]) expect(said()).toContain('"msg":"stopped"');
  expect(place.processes()).toEqual([]);
});

describe('`npm run migrate`', () => {
  const migrating = async (env: Record<string, string>) => {
    const { PATH = '' } = process.env;
    const { said, ended } = run(process.execPath, [builtProcess('migrate')], {
      ...{ PATH, MAPALUS_SECRET: TEST_SECRET },
      ...env,
    });
    const code = await ended;
    return { said: said(), code };
  };
  // An owner who may make no roles.
  let plainUrl: string;
  beforeAll(async () => {
    const superuser = new pg.Client({ connectionString: cluster.superuserUrl('postgres') });
    await superuser.connect();
    await superuser.query("create role plain login password 'plain'");
    await superuser.query('create database plain owner plain');
    await superuser.end();
    const url = new URL(cluster.superuserUrl('plain'));
    [url.username, url.password] = ['plain', 'plain'];
    plainUrl = url.href;
  });

  test.each([
    [
      'nothing answers',
      () => 'postgres://nobody@127.0.0.1:9/nothing',
      /nothing answers \(ECONNREF/,
    ],
    [
      'the password is wrong',
      () => plainUrl.replace('plain:plain', 'plain:wrong'),
      /refuses the connection: password authentication failed for user "plain"\.$/,
    ],
    ['it may make no roles', () => plainUrl, /may not do this: permission denied to alter role\. /],
  ])('says in a sentence that %s', async (_what, url, sentence) => {
    const { said, code } = await migrating({ DATABASE_URL: url() });

    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('needs no right to make roles where they are made and named', async () => {
    const named = (role: ServingRole) => urlOf(role, plainUrl, TEST_SECRET);

    const { said, code } = await migrating({
      DATABASE_URL: plainUrl,
      DATABASE_URL_AUTH: named('mapalus_auth'),
      DATABASE_URL_APP: named('mapalus_app'),
      DATABASE_URL_WORKER: named('mapalus_worker'),
    });

    expect(said).toMatch(/^Installation: real\./);
    expect(code).toBe(0);
  });
});

// As an administrator of PostgreSQL would: an owner that may make roles, and a database of its own.
async function ownedDatabase(): Promise<string> {
  const superuserUrl = cluster.superuserUrl('postgres');
  const ownerUrl = await createDatabase(superuserUrl, 'mapalus');
  const superuser = new pg.Client({ connectionString: superuserUrl });
  await superuser.connect();
  await superuser.query('alter role mapalus_owner createrole');
  await superuser.end();
  await ensureRoles(ownerUrl, TEST_SECRET);
  await migrate(ownerUrl);
  await loadReferenceData(ownerUrl);
  await seedCast(ownerUrl, TEST_PASSWORD);
  return ownerUrl;
}

async function untilOk(url: string): Promise<void> {
  const ask = () =>
    fetch(url).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await eventually(ask, { waitingFor: url });
}
