import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { holders, offices } from '../support/cast.ts';

describe('the list of agreements', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi('2024-01-08');
  });
  afterAll(() => api.stop());

  test('tells how the renewal fares, also when it is signed after the end', async () => {
    const first = await proposed({ start: '2024-01-08', end: '2024-02-10' });
    await signed(first, '2024-01-08');
    const before = await renewalOf(first);
    const next = await renewed(first, { start: '2024-02-11', end: '2024-12-31' });
    const during = await renewalOf(first);
    await api.engine.until(first, '2024-02-12');
    await api.engine.setClock('2024-02-12');

    await signed(next, '2024-02-12');

    expect([before, during, await renewalOf(first)]).toEqual(['none', 'running', 'signed']);
  });

  async function proposed(term: { start: string; end: string }): Promise<string> {
    const proposer = await api.as('proposer-mitra');
    const { body } = await proposer.post('/agreements', {
      kind: 'pks',
      title: 'PKS Contoh',
      form: 'perjanjian-kerja-sama',
      legalBasis: 'ksdpk',
      term,
      region: '71.07',
      proposer: offices.mitraLabour,
      parties: [
        { office: offices.mitraLabour, side: 'government' },
        { office: offices.tondano, side: 'bpjs' },
      ],
    });
    return body.id;
  }

  async function renewed(id: string, term: { start: string; end: string }): Promise<string> {
    const proposer = await api.as('proposer-mitra');
    return (await proposer.post(`/agreements/${id}/renewals`, { term })).body.id;
  }

  async function signed(id: string, signedOn: string): Promise<void> {
    const at = `/agreements/${id}`;
    const proposer = await api.as('proposer-mitra');
    const officer = await api.as('officer-tondano');
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/submissions`);
    await officer.post(`${at}/submissions`);
    const ours = { party: offices.mitraLabour, actedBy: holders.labourHeadMitra, signedOn };
    await proposer.post(`${at}/signatures`, ours);
    const theirs = { party: offices.tondano, actedBy: holders.headTondano, signedOn };
    await officer.post(`${at}/signatures`, theirs);
  }

  async function renewalOf(id: string): Promise<string> {
    const legal = await api.as('legal-mitra');
    const { body } = await legal.get('/agreements');
    return body.items.find((each: { id: string }) => each.id === id).renewal;
  }
});
