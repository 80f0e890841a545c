/**
 * The one reader of a process: what streams cost PostgreSQL does not grow with their number, and
 * nobody is told by it what row policies keep from them.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import { aCountingProxy } from '../../support/counting-proxy.ts';
import type { CountingProxy } from '../../support/counting-proxy.ts';
import { openStream } from '../../support/event-stream.ts';
import type { Hint, OpenStream } from '../../support/event-stream.ts';
import { proposed } from '../../support/agreements-over-http.ts';

const open: OpenStream[] = [];

let proxy: CountingProxy;
let api: Api;
beforeAll(async () => {
  proxy = await aCountingProxy(inject('postgres').superuserUrl);
  api = await anApi('2024-01-08', { appUrl: proxy.by, heartbeat: 2_000 });
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(async () => {
  await api.stop();
  await proxy.close();
});

async function listening(caller: Caller, lastEventId?: string): Promise<OpenStream> {
  const stream = await openStream(api.url, caller.cookie, lastEventId);
  open.push(stream);
  return stream;
}

async function twentyStreams(lastEventId?: string): Promise<OpenStream[]> {
  const people = ['proposer-mitra', 'legal-mitra', 'head-tondano', 'inspector-mitra'] as const;
  const callers = await Promise.all(people.map((person) => api.as(person)));
  return Promise.all(
    callers.flatMap((caller) => Array.from({ length: 5 }, () => listening(caller, lastEventId))),
  );
}

const about = (id: string) => (hints: Hint[]) => hints.some(({ data }) => data.id === id);

/** Announces a change of rules with an id of its own; answers the id. */
async function announced(): Promise<string> {
  const id = randomUUID();
  await api.rows(`select announce('policy', $1)`, [id]);
  return id;
}

/** The statements about hints since there were so many statements. */
const aboutHints = (since: number) =>
  proxy.statements.slice(since).filter((text) => /change_event|hints_/.test(text));

describe('one reader for all streams', () => {
  test('asks for twenty streams of four people what it asks for one', async () => {
    const streams = await twentyStreams();
    const first = await announced();
    await Promise.all(streams.map((stream) => stream.until(about(first))));
    const before = proxy.statements.length;

    const second = await announced();
    await Promise.all(streams.map((stream) => stream.until(about(second))));

    const asked = aboutHints(before);
    expect(asked.filter((text) => text.includes('hints_seen'))).toHaveLength(1);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  test('asks nothing any more when the last stream has ended', async () => {
    const leaving = await api.signIn('treasurer-mitra@example.test');
    const stream = await listening(leaving);
    const heard = await announced();
    await stream.until(about(heard));

    await leaving.send('POST', '/api/auth/sign-out', {
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });
    await stream.ended;
    const before = proxy.statements.length;
    await proposed(api);
    await proposed(api);

    expect(proxy.statements.length).toBeGreaterThan(before);
    expect(aboutHints(before)).toEqual([]);
  });

  test('brings twenty streams past 200,000 old hints with few questions', async () => {
    const { id } = await proposed(api);
    const [early] = await Promise.all([listening(await api.as('proposer-mitra'))]);
    const heard = await announced();
    await early?.until(about(heard));
    const place = early?.lastEventId();
    await api.rows(
      `insert into change_event (topic, subject_id)
       select 'agreement', case when n % 1000 = 0 then $1 else gen_random_uuid() end
       from generate_series(1, 200000) n`,
      [id],
    );
    await api.rows('analyze change_event');
    const last = await announced();
    const before = proxy.statements.length;

    const streams = await twentyStreams(place);
    await Promise.all(streams.map((stream) => stream.until(about(last))));

    // Forty readings of five thousand; those who came while they ran are brought after them.
    expect(aboutHints(before).length).toBeLessThan(300);
    for (const { hints } of streams) {
      const told = hints.filter(({ data }) => data.id === id);
      expect(told.length).toBeGreaterThanOrEqual(40);
      expect(told.length).toBeLessThan(100);
      expect(new Set(told.map((hint) => hint.id)).size).toBe(told.length);
    }
  });

  test('tells nobody of what is not theirs, and brings them past it', async () => {
    const [ours, foreign] = await Promise.all([
      listening(await api.as('proposer-mitra')),
      listening(await api.as('proposer-minahasa')),
    ]);

    const { id } = await proposed(api);
    await ours.until(about(id));
    const passed = placeOf(ours.hints.find(({ data }) => data.id === id)?.id);

    await expect
      .poll(() => placeOf(foreign.lastEventId()) >= passed, { timeout: 20_000 })
      .toBe(true);
    expect(about(id)(foreign.hints)).toBe(false);
  });

  test('tells of a mail those who read its office’s mail, and not whom it was addressed to elsewhere', async () => {
    const [reader, addressee] = await Promise.all([
      listening(await api.as('legal-mitra')),
      listening(await api.as('legal-minahasa')),
    ]);
    const mail = await aMailTo('legal-minahasa');

    const last = await announced();
    await Promise.all([reader.until(about(last)), addressee.until(about(last))]);

    const heard = [reader, addressee].map(({ hints }) => about(mail)(hints));
    expect(heard).toEqual([true, false]);
  });

  test('tells of an office holder those who may know the office alone', async () => {
    const [own, foreign] = await Promise.all([
      listening(await api.as('legal-minahasa')),
      listening(await api.as('stranger')),
    ]);
    await api.rows(`select announce('holder', $1)`, [offices.minahasaLabour]);
    const last = await announced();
    await Promise.all([own.until(about(last)), foreign.until(about(last))]);

    const heard = [own, foreign].map(({ hints }) => about(offices.minahasaLabour)(hints));
    expect(heard).toEqual([true, false]);
  });

  test('tells whether mail can leave those who read mail alone', async () => {
    const [reader, stranger] = await Promise.all([
      listening(await api.as('legal-minahasa')),
      listening(await api.as('stranger')),
    ]);
    await api.rows(`select announce('outbox', null)`);
    const last = await announced();
    await Promise.all([reader.until(about(last)), stranger.until(about(last))]);

    const heard = [reader, stranger].map(({ hints }) =>
      hints.some(({ event, data }) => event === 'outbox' && data.id === null),
    );
    expect(heard).toEqual([true, false]);
  });

  test('tells nobody of a topic that no row policy speaks of', async () => {
    const stream = await listening(await api.as('admin-operator'));
    await api.rows(`select announce('payroll', $1)`, [randomUUID()]);

    const last = await announced();
    await stream.until(about(last));

    expect(stream.hints.map(({ event }) => event)).not.toContain('payroll');
  });
});

async function aMailTo(person: string): Promise<string> {
  const [mail] = await api.rows<{ id: string }>(
    `insert into outbox (id, cause_key, template, content, office_id, user_id, to_address, message_id,
       not_before, request_id, business_day)
     values (gen_random_uuid(), gen_random_uuid(), 'reminder', '{}', $1, $2, 'x@example.test', gen_random_uuid(),
       now() + interval '10 years', 'req', '2024-01-08') returning id`,
    [offices.mitraLegal, person],
  );
  await api.rows(`select announce('outbox', $1)`, [mail?.id]);
  return mail?.id ?? '';
}

/** The transaction of a place; places of later ones come later. */
function placeOf(id = '0.0'): bigint {
  return BigInt(id.split('.')[0] ?? '0');
}
