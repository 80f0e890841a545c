/**
 * Servers that go away and come back, and an API that dies in the middle: 503 while it lasts,
 * afterwards the one outcome under the same key. Real processes on servers of this test's own.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Caller, Reply } from '../support/api.ts';
import { offices } from '../support/cast.ts';
import { openStream } from '../support/event-stream.ts';
import { anInstallation } from '../support/installation.ts';
import type { Installation, Started } from '../support/installation.ts';
import { aPksBody } from '../support/agreements-over-http.ts';

let installation: Installation;
let api: Started;
let worker: Started;
let proposer: Caller;
beforeAll(async () => {
  installation = await anInstallation('2024-01-08');
  [api, worker] = await Promise.all([installation.startApi(), installation.startWorker()]);
  proposer = await installation.as('proposer-mitra');
});
afterAll(() => installation.remove());

const under = (key: string) => ({ 'Idempotency-Key': key });
const soon = { timeout: 60_000, interval: 20 };

async function aProposal(): Promise<{ id: string; at: string }> {
  const { body, status } = await proposer.post('/agreements', aPksBody());
  expect(status).toBe(201);
  return { id: body.id, at: `/agreements/${body.id}` };
}

async function timelineOf(id: string): Promise<string[]> {
  const rows = await installation.rows(
    `select event #>> '{events,0,kind}' as kind from audit_event where subject = $1 order by seq`,
    [`agreement/${id}`],
  );
  return rows.map(({ kind }) => kind);
}

async function idsUnder(title: string): Promise<string[]> {
  const rows = await installation.rows('select id from agreement where title = $1', [title]);
  return rows.map(({ id }) => id);
}

describe('an API killed in the middle', () => {
  // The process goes down under requests that are never answered.
  async function killedDuring(requests: Promise<Reply>[], isThere: () => Promise<boolean>) {
    const answers = requests.map((request) =>
      request.then(
        ({ status }) => `answered ${status}`,
        () => 'unanswered',
      ),
    );
    await vi.waitFor(async () => expect(await isThere()).toBe(true), soon);
    await api.kill();
    api = await installation.startApi();
    for (const answer of answers) expect(await answer).toBe('unanswered');
  }

  // Whoever writes these rows waits until they are let go.
  async function holding<T>(sql: string, values: unknown[], work: () => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: installation.ownerUrl });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(sql, values);
      return await work();
    } finally {
      await client.end();
    }
  }

  const isHeld = async () => {
    const rows = await installation.rows('select from pg_locks where not granted');
    return rows.length > 0;
  };

  test('before anybody carried it out, gives command and proposal their one outcome', async () => {
    const { id, at } = await aProposal();
    const [command, creation] = [randomUUID(), randomUUID()];
    const body = aPksBody({ title: `PKS ${creation}` });
    const submit = () => proposer.post(`${at}/submissions`, {}, under(command));
    const propose = () => proposer.post('/agreements', body, under(creation));
    await worker.stop();

    await killedDuring([submit(), propose()], async () => {
      const rows = await installation.rows('select from idempotency where key = any($1)', [
        [command, creation],
      ]);
      return rows.length === 2;
    });
    worker = await installation.startWorker();
    const [submitted, made] = await Promise.all([submit(), propose()]);

    expect(submitted).toMatchObject({ status: 200, body: { stage: 'drafting', revision: 2 } });
    expect(await timelineOf(id)).toEqual(['created', 'submitted']);
    expect(made.status).toBe(201);
    expect(await idsUnder(body.title)).toEqual([made.body.id]);
  });

  test('while a command was being recorded, gives it its one outcome', async () => {
    const { id, at } = await aProposal();
    const key = randomUUID();

    await holding('select from agreement where id = $1 for update', [id], () =>
      killedDuring([proposer.post(`${at}/submissions`, {}, under(key))], isHeld),
    );
    const reply = await proposer.post(`${at}/submissions`, {}, under(key));

    expect(reply).toMatchObject({ status: 200, body: { stage: 'drafting', revision: 2 } });
    expect(await timelineOf(id)).toEqual(['created', 'submitted']);
  });

  test('while an agreement was being proposed, has proposed one', async () => {
    const key = randomUUID();
    const body = aPksBody({ title: `PKS ${key}` });
    const propose = () => proposer.post('/agreements', body, under(key));

    await holding('lock table agreement in share mode', [], () =>
      killedDuring([propose()], isHeld),
    );
    const reply = await propose();

    expect(reply.status).toBe(201);
    expect(await idsUnder(body.title)).toEqual([reply.body.id]);
    expect(await timelineOf(reply.body.id)).toEqual(['created']);
  });
});

describe('without Temporal', () => {
  test('commands hear that their outcome is open, and have one when it is back', async () => {
    const { id, at } = await aProposal();
    const [command, creation] = [randomUUID(), randomUUID()];
    const submit = () => proposer.post(`${at}/submissions`, {}, under(command));
    const propose = () => proposer.post('/agreements', aPksBody(), under(creation));

    await installation.stopTemporal();
    const [submitted, proposed, read, listed, readiness, liveness] = await Promise.all([
      submit(),
      propose(),
      proposer.get(at),
      proposer.get('/agreements'),
      fetch(`${installation.url}/readyz`),
      fetch(`${installation.url}/livez`),
    ]);
    const checks = await readiness.json();
    await installation.startTemporal();
    await untilReady();
    const [after, created] = await Promise.all([submit(), propose()]);

    for (const reply of [submitted, proposed]) {
      expect(reply.body).toMatchObject({
        status: 503,
        code: 'Unavailable',
        detail:
          'Hasilnya belum pasti. Ulangi sebentar lagi dengan Idempotency-Key yang sama; permintaan tidak akan berakibat ganda.',
      });
      expect(reply.headers.get('retry-after')).toBe('5');
    }
    expect([read.status, listed.status, liveness.status]).toEqual([200, 200, 200]);
    expect(readiness.status).toBe(503);
    expect(checks).toMatchObject({
      checks: {
        postgres: 'ok',
        temporal: expect.stringMatching(/^(not reachable|no answer within 5 s)$/),
      },
    });
    expect(after).toMatchObject({ status: 200, body: { stage: 'drafting', revision: 2 } });
    expect(created.status).toBe(201);
    expect(await timelineOf(id)).toEqual(['created', 'submitted']);
  });

  test('an API that starts is alive at once, and is ready when Temporal is back', async () => {
    await installation.stopTemporal();
    await api.kill();

    let saysReady = false;
    const starting = installation.startApi().finally(() => (saysReady = true));
    const alive = await vi.waitFor(() => fetch(`${installation.url}/livez`), soon);
    const readiness = await fetch(`${installation.url}/readyz`);
    const early = saysReady;
    await installation.startTemporal();
    api = await starting;
    const afterwards = await fetch(`${installation.url}/readyz`);

    expect([alive.status, readiness.status, early]).toEqual([200, 503, false]);
    expect(afterwards.status).toBe(200);
  });
});

describe('an idle connection', () => {
  test('is kept for longer than proxies and clients keep it', async () => {
    const { headers } = await fetch(`${installation.url}/livez`);

    expect(headers.get('keep-alive')).toBe('timeout=75');
  });
});

describe('without PostgreSQL', () => {
  test('everything answers 503 until it is back, and nothing has died', async () => {
    const { id, at } = await aProposal();
    const key = randomUUID();
    const submit = () => proposer.post(`${at}/submissions`, {}, under(key));
    const stream = await openStream(installation.url, proposer.cookie);
    await proposer.post(`${at}/turns`, { to: offices.tondano });
    await stream.until((hints) => hints.some(({ data }) => data.id === id));
    const last = stream.hints.at(-1)?.id ?? '';
    const pids = [api.pid, worker.pid];

    await installation.stopPostgres();
    const stopped = performance.now();
    await vi.waitFor(
      async () => expect((await fetch(`${installation.url}/readyz`)).status).toBe(503),
      soon,
    );
    const replies = await Promise.all([
      proposer.get('/session'),
      proposer.get(at),
      proposer.get('/regions'),
      proposer.get('/outbox'),
      submit(),
      proposer.post('/agreements', aPksBody()),
      signInAgain(),
      refusedStream(),
    ]);
    const took = performance.now() - stopped;
    const liveness = await fetch(`${installation.url}/livez`);
    await installation.startPostgres();
    await vi.waitFor(
      async () => expect((await fetch(`${installation.url}/readyz`)).status).toBe(200),
      soon,
    );
    const officer = await installation.as('officer-tondano');
    // One key for every try: what was carried out without an answer must not be refused as done.
    const once = { 'Idempotency-Key': randomUUID() };
    const back = await vi.waitFor(async () => {
      const reply = await officer.post(`${at}/turns`, { to: offices.mitraLabour }, once);
      expect(reply.status).toBe(200);
      return reply;
    }, soon);
    const submitted = await submit();
    const resumed = await openStream(installation.url, proposer.cookie, last);
    // Several changes of one agreement are one hint to a page that was away.
    await resumed.until((hints) => hints.some(({ data }) => data.id === id));
    resumed.close();
    stream.close();

    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 503));
    expect(replies.map(({ headers }) => headers.get('retry-after'))).toEqual(
      replies.map(() => '5'),
    );
    expect(took).toBeLessThan(15_000);
    expect(liveness.status).toBe(200);
    expect(back.body.revision).toBe(3);
    expect(submitted).toMatchObject({ status: 200, body: { stage: 'drafting', revision: 4 } });
    expect([api.pid, worker.pid]).toEqual(pids);
    expect([api.process.exitCode, worker.process.exitCode]).toEqual([null, null]);
    expect(await timelineOf(id)).toEqual(['created', 'turn-passed', 'turn-passed', 'submitted']);
  });

  const refusedStream = () => proposer.send('GET', '/events');

  const signInAgain = () =>
    proposer.send('POST', '/api/auth/sign-in/email', {
      body: JSON.stringify({ email: 'legal-mitra@example.test', password: 'mapalus mapalus' }),
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '10.9.9.9' },
    });
});

async function untilReady(): Promise<void> {
  await vi.waitFor(
    async () => expect((await fetch(`${installation.url}/readyz`)).status).toBe(200),
    { timeout: 60_000, interval: 50 },
  );
}
