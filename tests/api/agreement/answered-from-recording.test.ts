import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { recordedAndRunning } from '../../support/agreements-over-http.ts';
import { aKillableWorker } from '../../support/killable-processes.ts';
import { restore } from '../../support/restored.ts';

describe('a command whose worker died after recording it', () => {
  let api: Api;
  let proposer: Caller;
  let at: string;
  beforeEach(async () => {
    api = await anApi('2024-01-08', { asleep: true });
    proposer = await api.as('proposer-mitra');
    ({ at } = await recordedAndRunning(api, anAgreement({ on: '2024-01-08' })));
  });
  afterEach(() => api.stop());

  test('is answered from there, before another worker takes the agreement up', async () => {
    const worker = await aKillableWorker(api.engine, { activity: 'recordAgreement', local: false });

    const answered = await proposer.post(`${at}/submissions`);
    await worker.died;

    expect(answered).toMatchObject({ status: 200, body: { revision: 2, stage: 'drafting' } });
  });

  test('is done once, and the next one follows it', async () => {
    const worker = await aKillableWorker(api.engine, { activity: 'recordAgreement', local: false });
    const key = { 'Idempotency-Key': 'the-same-key-both-times' };
    const first = await proposer.post(`${at}/submissions`, {}, key);
    await worker.died;
    await api.engine.wake();

    const again = await proposer.post(`${at}/submissions`, {}, key);
    const next = await proposer.post(`${at}/submissions`);

    expect(again.text).toBe(first.text);
    expect(next).toMatchObject({ status: 200, body: { revision: 3, stage: 'review' } });
  });
});

describe('a command on an agreement of which PostgreSQL has forgotten the latest', () => {
  test('hears that it waits, and is done when the agreement is restored', async () => {
    const api = await anApi('2024-01-08');
    const proposer = await api.as('proposer-mitra');
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: '2024-01-08' }));
    const old = await api.engine.stored(id);
    await proposer.post(`${at}/submissions`);
    await api.rows('update agreement set state = $2, version = 1 where id = $1', [id, old]);
    const key = { 'Idempotency-Key': 'the-same-key-before-and-after' };

    const waiting = await proposer.post(`${at}/submissions`, {}, key);
    const kept = await api.engine.stored(id);
    const { recordedAgain } = await restore(api.engine);
    const done = await proposer.post(`${at}/submissions`, {}, key);
    await api.stop();

    expect(waiting).toMatchObject({ status: 503, body: { code: 'Unavailable' } });
    expect(kept.version).toBe(1);
    expect(recordedAgain).toEqual([id]);
    expect(done).toMatchObject({ status: 200, body: { stage: 'review' } });
  });
});
