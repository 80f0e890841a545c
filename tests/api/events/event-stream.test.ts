/**
 * The stream by which pages hear that something changed: ids only, in order, without loss when a
 * page opens it again, and only what its reader may see.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { openStream } from '../../support/event-stream.ts';
import type { Hint, OpenStream } from '../../support/event-stream.ts';
import { proposed } from '../../support/agreements-over-http.ts';

const open: OpenStream[] = [];

let api: Api;
let proposer: Caller;
beforeAll(async () => {
  api = await anApi('2024-01-08', { heartbeat: 200 });
  proposer = await api.as('proposer-mitra');
});
afterAll(async () => {
  for (const stream of open) stream.close();
  await api.stop();
});

async function listening(caller: Caller, lastEventId?: string): Promise<OpenStream> {
  const stream = await openStream(api.url, caller.cookie, lastEventId);
  open.push(stream);
  return stream;
}

const subjectOf = ({ event, data }: Hint) => `${event} ${data.id}`;

/** A place as one number: the transaction, and the hint in it. */
function placeOf(id: string): bigint {
  const [xid = '0', seq = '0'] = id.split('.');
  return (BigInt(xid) << 64n) + BigInt(seq);
}

const about = (id: string) => (hints: Hint[]) => hints.some(({ data }) => data.id === id);

describe('the event stream', () => {
  test('tells which agreement changed, and nothing else of it', async () => {
    const stream = await listening(proposer);

    const { id, at } = await proposed(api, { title: 'PKS yang tidak disebut' });
    await stream.until(about(id));
    const before = stream.hints.length;
    await proposer.post(`${at}/turns`, { to: offices.tondano });
    await stream.until((hints) => about(id)(hints.slice(before)));

    for (const { event, data } of stream.hints) {
      expect(['agreement', 'outbox', 'clock']).toContain(event);
      expect(Object.keys(data)).toEqual(['id']);
    }
    expect(JSON.stringify(stream.hints)).not.toContain('PKS');
  });

  test('goes on where a page stopped, each hint once and in order', async () => {
    const whole = await listening(proposer);
    const agreements = [await proposed(api), await proposed(api), await proposed(api)];
    await whole.until((hints) => agreements.every(({ id }) => about(id)(hints)));
    const middle = whole.hints.find(({ data }) => data.id === agreements[1]?.id)?.id ?? '';

    const resumed = await listening(proposer, middle);
    await resumed.until(about(agreements[2]?.id ?? ''));

    // Of what changed several times meanwhile only the last is told.
    const rest = whole.hints.slice(whole.hints.findIndex(({ id }) => id === middle) + 1);
    const places = resumed.hints.map(({ id }) => placeOf(id));
    expect(places).toEqual([...new Set(places)].sort((one, other) => (one < other ? -1 : 1)));
    expect(places[0]).toBeGreaterThan(placeOf(middle));
    expect(resumed.hints.map(subjectOf)).toEqual(expect.arrayContaining(rest.map(subjectOf)));
  });

  test('tells that an office has another holder', async () => {
    const stream = await listening(proposer);
    const legal = await api.as('legal-mitra');

    await legal.post(`/office-holders/${holders.labourHeadMitra}/endings`, { until: '2024-06-30' });
    await stream.until(about(offices.mitraLabour));

    expect(stream.hints.at(-1)).toMatchObject({
      event: 'holder',
      data: { id: offices.mitraLabour },
    });
  });

  test('loses nothing when a page is cut off before it has heard anything', async () => {
    const cutOff = await listening(proposer);
    const place = await vi.waitFor(() => {
      expect(cutOff.lastEventId()).toBeDefined();
      return cutOff.lastEventId();
    });
    cutOff.close();

    const { id } = await proposed(api);
    const resumed = await listening(proposer, place);
    await resumed.until(about(id));

    expect(cutOff.hints).toEqual([]);
    expect(about(id)(resumed.hints)).toBe(true);
  });

  test('keeps from a reader what is not theirs', async () => {
    const [ours, foreign] = await Promise.all([
      listening(proposer),
      api.as('proposer-minahasa').then((caller) => listening(caller)),
    ]);

    const { id } = await proposed(api);
    await ours.until(about(id));
    // Whatever was on its way to the other reader has come when this later change has.
    const admin = await api.as('admin-minahasa');
    const office = { kind: 'opd', name: 'Dinas Baru', parent: offices.minahasa, region: '71.02' };
    expect((await admin.post('/offices', office)).status).toBe(201);
    const beats = foreign.beats();
    await expect.poll(() => foreign.beats()).toBeGreaterThan(beats + 6);

    expect(about(id)(foreign.hints)).toBe(false);
  });

  test('ends with the session of its reader', async () => {
    const leaving = await api.signIn('legal-mitra@example.test');
    const stream = await listening(leaving);

    await leaving.send('POST', '/api/auth/sign-out', {
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });

    await expect(stream.ended).resolves.toBeUndefined();
  });

  describe('ends at once, without waiting for a beat,', () => {
    let calm: Api;
    beforeAll(async () => {
      calm = await anApi('2024-01-08', { heartbeat: 600_000, sessionsKept: 600_000 });
    });
    afterAll(() => calm.stop());

    const streamOf = async (caller: Caller) => {
      const stream = await openStream(calm.url, caller.cookie);
      open.push(stream);
      return stream;
    };

    test('when one signs out', async () => {
      const leaving = await calm.signIn('legal-mitra@example.test');
      const stream = await streamOf(leaving);

      await leaving.send('POST', '/api/auth/sign-out', {
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
      });

      await expect(stream.ended).resolves.toBeUndefined();
    });

    test('when the session is ended from another browser, and the other one’s goes on', async () => {
      const [lost, kept] = [
        await calm.signIn('desk-mitra@example.test'),
        await calm.signIn('desk-mitra@example.test'),
      ];
      const [ending, going] = [await streamOf(lost), await streamOf(kept)];
      const { body } = await kept.get('/sessions');
      const { id } = body.items.find(({ isThis }: { isThis: boolean }) => !isThis);

      await kept.post(`/sessions/${id}/endings`);
      await ending.ended;
      await calm.rows(`select announce('policy', $1)`, [offices.mitra]);
      await going.until(about(offices.mitra));

      expect(about(offices.mitra)(ending.hints)).toBe(false);
    });

    test('when the password is reset', async () => {
      const stream = await streamOf(await calm.signIn('inspector-mitra@example.test'));

      await (await calm.as('admin-mitra')).post('/users/inspector-mitra/password-resets');

      await expect(stream.ended).resolves.toBeUndefined();
    });

    test('when a role is ended, by whomever and in whatever process', async () => {
      const person = await calm.signIn('treasurer-mitra@example.test');
      const stream = await streamOf(person);

      // As another process would, of which this one hears by PostgreSQL alone.
      await calm.rows(
        `update membership set until_day = '2024-01-07' where user_id = 'treasurer-mitra'`,
      );
      await stream.ended;

      expect((await person.get('/session')).body).toMatchObject({ memberships: [], actions: [] });
    });

    test('when the session runs out', async () => {
      const person = await calm.signIn('approver-mitra@example.test');
      await calm.rows(
        `update auth.session set created_at = now() - interval '7 days' + interval '2 seconds'
         where user_id = 'approver-mitra'`,
      );
      const stream = await streamOf(person);

      await expect(stream.ended).resolves.toBeUndefined();
    });
  });

  test('is for whoever is signed in, and for a limited number of their tabs', async () => {
    const reader = await api.signIn('treasurer-mitra@example.test');
    const tabs = await Promise.all(Array.from({ length: 20 }, () => listening(reader)));

    const [nobody, oneMore] = [await api.anonymous.get('/events'), await reader.get('/events')];
    for (const tab of tabs) tab.close();
    const again = await vi.waitFor(() => listening(reader), { timeout: 60_000 });

    expect(nobody.body).toMatchObject({ status: 401, code: 'NotSignedIn' });
    expect(oneMore.body).toMatchObject({ status: 503, code: 'Unavailable' });
    expect(again.hints).toEqual([]);
  });

  test('begins with the present when it is told of a place that never was', async () => {
    const stream = await listening(proposer, '999999999999.1');

    const { id } = await proposed(api);
    await stream.until(about(id));

    expect(about(id)(stream.hints)).toBe(true);
  });

  test('is counted among the numbers when its page is closed', async () => {
    const counted = async () => {
      const numbers = await (await fetch(`${api.url}/metrics`)).text();
      const line = /_count\{method="GET",route="\/api\/v1\/events",status="200"\} (\d+)/;
      return Number(line.exec(numbers)?.[1] ?? 0);
    };
    const stream = await listening(proposer);
    const before = await counted();

    stream.close();

    await expect.poll(counted).toBe(before + 1);
  });
});
