import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anAgreement } from '../support/agreements.ts';
import { anApi } from '../support/api.ts';
import type { Api, Caller } from '../support/api.ts';
import { living } from '../support/lives.ts';
import { aMortalWorker } from '../support/mortals.ts';

describe('a command whose worker died after recording it', () => {
  let api: Api;
  let proposer: Caller;
  let at: string;
  beforeEach(async () => {
    api = await anApi('2024-01-08', { asleep: true });
    proposer = await api.as('proposer-mitra');
    ({ at } = await living(api, anAgreement({ on: '2024-01-08' })));
  });
  afterEach(() => api.stop());

  test('is answered from there, before another worker takes the agreement up', async () => {
    const worker = await aMortalWorker(api.engine, { activity: 'record', local: false });

    const answered = await proposer.post(`${at}/submissions`);
    await worker.died;

    expect(answered).toMatchObject({ status: 200, body: { revision: 2, stage: 'drafting' } });
  });

  test('is done once, and the next one follows it', async () => {
    const worker = await aMortalWorker(api.engine, { activity: 'record', local: false });
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
