import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { aPksBody } from '../../support/agreements-over-http.ts';

describe('an agreement over HTTP', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi('2024-01-08');
  });
  afterAll(() => api.stop());

  test('goes from proposal to active in the hands of its offices', async () => {
    const proposer = await api.as('proposer-mitra');
    const officer = await api.as('officer-tondano');
    const legal = await api.as('legal-mitra');
    const created = await proposer.post('/agreements', aPksBody());
    const at = `/agreements/${created.body.id}`;
    const signedOn = '2024-01-08';

    const stages = [
      created,
      await proposer.post(`${at}/submissions`),
      await proposer.post(`${at}/submissions`),
      await officer.post(`${at}/submissions`),
      await legal.post(`${at}/approvals`, { step: 'hukum' }),
      await proposer.post(`${at}/signatures`, {
        party: offices.mitraLabour,
        actedBy: holders.labourHeadMitra,
        signedOn,
      }),
      await officer.post(`${at}/signatures`, {
        party: offices.tondano,
        actedBy: holders.headTondano,
        signedOn,
      }),
    ].map(({ body }) => body.stage);

    expect(stages).toEqual([
      'proposal',
      'drafting',
      'review',
      'approval',
      'signing',
      'signing',
      'active',
    ]);
  });
});
