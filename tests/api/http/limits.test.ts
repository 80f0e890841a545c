/**
 * How much one person may ask, so that nobody waits for somebody else; and what never becomes a request. Where
 * something has to take long, a lock holds it.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdmission } from '../../../api/http/admission.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Reply } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import { aPksBody } from '../../support/agreements-over-http.ts';

/** Somebody's connection, as far as waiting in line asks for it. */
function aConnection() {
  return { closed: false } as { closed: boolean } & Parameters<
    ReturnType<typeof createAdmission>
  >[2];
}

describe('a person', () => {
  const USUAL = false;
  const HEAVY = true;

  test('has as many requests at work as the limit says; the next one waits for one to end', async () => {
    const admit = createAdmission({ atOnce: 2, perMinute: 100 });
    const begun: string[] = [];
    const enter = async (name: string, who = 'grace') => {
      const leave = await admit(who, USUAL, aConnection());
      begun.push(name);
      return leave;
    };

    const first = await enter('first');
    await enter('second');
    const third = enter('third');
    await enter('of somebody else', 'rommy');
    expect(begun).toEqual(['first', 'second', 'of somebody else']);

    first();
    await third;
    expect(begun).toEqual(['first', 'second', 'of somebody else', 'third']);
  });

  test('has a heavy request at work alone, and it is not passed by', async () => {
    const admit = createAdmission({ atOnce: 3, perMinute: 100 });
    const begun: string[] = [];
    const enter = async (name: string, heavy: boolean) => {
      const leave = await admit('grace', heavy, aConnection());
      begun.push(name);
      return leave;
    };

    const usual = await enter('usual', USUAL);
    const heavy = enter('heavy', HEAVY);
    const later = enter('later', USUAL);
    expect(begun).toEqual(['usual']);

    usual();
    const leave = await heavy;
    expect(begun).toEqual(['usual', 'heavy']);

    leave();
    await later;
    expect(begun).toEqual(['usual', 'heavy', 'later']);
  });

  test('who has hung up while waiting is asked for nothing', async () => {
    const admit = createAdmission({ atOnce: 1, perMinute: 100 });
    const begun: string[] = [];
    const leave = await admit('grace', USUAL, aConnection());
    const gone = aConnection();
    void admit('grace', USUAL, gone).then(() => begun.push('gone'));
    const last = admit('grace', USUAL, aConnection()).then(() => begun.push('last'));

    gone.closed = true;
    leave();
    await last;

    expect(begun).toEqual(['last']);
  });

  test('with forty in line is told to come back in a second', async () => {
    const admit = createAdmission({ atOnce: 1, perMinute: 1_000 });
    await admit('grace', USUAL, aConnection());
    for (let at = 0; at < 40; at += 1) void admit('grace', USUAL, aConnection());

    const refusal = admit('grace', USUAL, aConnection());

    await expect(refusal).rejects.toMatchObject({
      code: 'TooManyRequests',
      params: { seconds: 1 },
    });
  });

  test('who has used up a minute comes back when it has filled again', async () => {
    let now = 0;
    const admit = createAdmission({ atOnce: 1_000, perMinute: 60 }, () => now);
    const ask = (heavy: boolean) => admit('grace', heavy, aConnection()).then((leave) => leave());
    // Twelve heavy ones count five each.
    for (let at = 0; at < 12; at += 1) await ask(HEAVY);

    await expect(ask(USUAL)).rejects.toMatchObject({ params: { seconds: 1 } });
    await expect(ask(HEAVY)).rejects.toMatchObject({ params: { seconds: 5 } });
    now += 5_000;
    await ask(HEAVY);
    await expect(ask(USUAL)).rejects.toMatchObject({ params: { seconds: 1 } });

    // Nothing is saved up beyond a minute's worth.
    now += 3_600_000;
    for (let at = 0; at < 60; at += 1) await ask(USUAL);
    await expect(ask(USUAL)).rejects.toMatchObject({ code: 'TooManyRequests' });
  });
});

describe('sixty at once', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { settings: { REQUESTS_AT_ONCE: '6' } });
  });
  afterAll(() => api.stop());

  // Refused when its turn comes, so that the test waits for no workflows.
  const large = aPksBody({
    parties: [{ office: randomUUID(), side: 'bpjs' }],
    submittingOffices: Array(600).fill(offices.mitraSocial),
  });

  test.each<[string, (at: number) => [string, object?]]>([
    ['searches of regions', (at) => [`/regions?q=z${at}`]],
    ['proposals with 600 offices', () => ['/agreements', large]],
  ])(
    '%s are one at work, forty in line and nineteen refused; others are answered',
    async (_what, requestOf) => {
      const person = await api.as('proposer-mitra');
      const other = await api.as('head-tondano');
      await other.get('/session');
      const held = await locked(api, 'region');
      const replies: Reply[] = [];
      const all = Array.from({ length: 60 }, async (_, at) => {
        const [path, body] = requestOf(at);
        replies.push(await (body ? person.post(path, body) : person.get(path)));
      });
      try {
        await expect.poll(() => replies.map(({ status }) => status)).toEqual(Array(19).fill(429));
        const beside = await Promise.all([other.get('/office-holders'), other.get('/session')]);
        expect(beside.map(({ status }) => status)).toEqual([200, 200]);
      } finally {
        await held.release();
        await Promise.all(all);
      }

      expect(replies.filter(({ status }) => status === 200 || status === 422)).toHaveLength(41);
      const [no] = replies.filter(({ status }) => status === 429);
      expect(no?.headers.get('retry-after')).toBe('1');
      expect(no?.body).toMatchObject({
        code: 'TooManyRequests',
        title: 'Terlalu banyak permintaan sekaligus',
        detail: 'Permintaan dari akun Anda datang terlalu cepat. Coba lagi sesudah 1 detik.',
      });
    },
  );
});

describe('a minute', () => {
  test('takes as many requests of a person as the setting says, and says when to come back', async () => {
    const api = await anApi('2024-01-08', { settings: { REQUESTS_PER_MINUTE: '30' } });
    const [person, other] = [await api.as('legal-mitra'), await api.as('head-tondano')];

    const statuses = [];
    for (let at = 0; at < 40; at += 1) statuses.push((await person.get('/session')).status);
    const refused = await person.get('/session');
    const beside = await other.get('/session');
    await api.stop();

    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses).toContain(429);
    expect(refused).toMatchObject({ status: 429, body: { code: 'TooManyRequests' } });
    expect(refused.headers.get('retry-after')).toMatch(/^[12]$/);
    expect(beside.status).toBe(200);
  });
});

describe('what never becomes a request', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { settings: { HEADERS_TIMEOUT: '1', REQUEST_TIMEOUT: '1' } });
  });
  afterAll(() => api.stop());

  /** Writes these bytes and hears what comes until the server hangs up. */
  function told(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
      let heard = '';
      socket.setEncoding('utf8').on('data', (piece: string) => (heard += piece));
      socket.once('close', () => resolve(heard)).once('error', reject);
      socket.write(bytes);
    });
  }

  test.each([
    [
      'a body that does not come',
      'POST /api/v1/agreements HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
        'Content-Length: 49000\r\n\r\n{"title": "',
      408,
      'RequestTooSlow',
    ],
    ['headers without end', 'GET /api/v1/session HTTP/1.1\r\nHost: x\r\n', 408, 'RequestTooSlow'],
    [
      'headers beyond measure',
      `GET /api/v1/session HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'HeadersTooLarge',
    ],
    ['no HTTP at all', 'SELECT 1;\r\n\r\n', 400, 'MalformedRequest'],
  ])('%s is answered in a sentence and cut', async (_what, bytes, status, code) => {
    const heard = await told(bytes);

    const [head = '', body = ''] = heard.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/\r\nContent-Type: application\/problem\+json/);
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });
});

/** Keeps everybody from reading and writing a table until it is released. */
async function locked(api: Api, table: string): Promise<{ release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: api.engine.ownerUrl });
  await client.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in access exclusive mode`);
  return {
    release: async () => {
      await client.query('rollback');
      await client.end();
    },
  };
}
