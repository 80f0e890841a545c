import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { proposed, signedBy, submitted } from '../../support/agreements-over-http.ts';
import { aPostOffice } from '../../support/post-office.ts';
import type { PostOffice } from '../../support/post-office.ts';

describe('moving the clock of a training installation over HTTP', () => {
  let api: Api;
  let postOffice: PostOffice;
  let legal: Caller;
  beforeAll(async () => {
    api = await anApi('2024-01-08');
    postOffice = await aPostOffice(api.engine);
    legal = await api.as('legal-mitra');
  });
  afterAll(async () => {
    await postOffice.stop();
    await api.stop();
  });

  test('is under way when the answer comes, and over when the day has come', async () => {
    const accepted = await legal.post('/clock/advance', { to: '2024-02-01' });
    const seen = [accepted.body, ...(await watched())];

    expect(accepted.status).toBe(202);
    expect(seen.slice(0, -1)).toEqual(
      seen.slice(0, -1).map(() => expect.objectContaining({ advancing: expect.anything() })),
    );
    expect(seen.at(-1)).toMatchObject({ today: '2024-02-01', advancing: null });
  });

  test('may follow as soon as the move before is over', async () => {
    const days = ['2024-02-06', '2024-02-07', '2024-02-08', '2024-02-09', '2024-02-10'];

    const statuses = [];
    for (const to of days) {
      statuses.push((await legal.post('/clock/advance', { to })).status);
      await watched();
    }

    expect(statuses).toEqual([202, 202, 202, 202, 202]);
  });

  test('is done by one person at a time', async () => {
    await inForce(api, { start: '2024-02-10', end: '2024-05-10' });
    const first = await legal.post('/clock/advance', { to: '2024-05-11' });

    const second = await legal.post('/clock/advance', { to: '2024-05-12' });
    await watched();

    expect([first.status, second.body.code]).toEqual([202, 'ClockBusy']);
  });

  test('goes forward only', async () => {
    const { body, status } = await legal.post('/clock/advance', { to: '2024-01-08' });

    expect([status, body.code]).toEqual([422, 'ClockRunsForwardOnly']);
  });

  test('is not for every role', async () => {
    const proposer = await api.as('proposer-mitra');

    const { status } = await proposer.post('/clock/advance', { to: '2025-01-01' });

    expect(status).toBe(403);
  });

  test('is refused by a real installation', async () => {
    await makeReal(api);

    const { body, status } = await legal.post('/clock/advance', { to: '2099-01-01' });

    expect([status, body.code]).toEqual([409, 'ClockIsReal']);
  });

  /** The clock as it is seen until nobody moves it any more. */
  async function watched() {
    const seen = [];
    do {
      seen.push((await legal.get('/clock')).body);
    } while (seen.at(-1).advancing !== null);
    return seen;
  }
});

/** A PKS that time has something to do with. */
async function inForce(api: Api, term: { start: string; end: string }): Promise<void> {
  const { at } = await proposed(api, { term, approvals: [] });
  await submitted(api, at);
  await signedBy(api, at, term.start);
}

async function makeReal({ engine }: Api): Promise<void> {
  const owner = new pg.Client({ connectionString: engine.ownerUrl });
  await owner.connect();
  await owner.query('alter table installation disable trigger clock_runs_forward');
  await owner.query("update installation set kind = 'real', clock_offset = 0");
  await owner.end();
}
