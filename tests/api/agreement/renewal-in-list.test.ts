import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import { proposed, signedBy, submitted } from '../../support/agreements-over-http.ts';

describe('the list of agreements', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi('2024-01-08');
  });
  afterAll(() => api.stop());

  test('tells how the renewal fares, also when it is signed after the end', async () => {
    const term = { start: '2024-01-08', end: '2024-02-10' };
    const { id: first } = await proposed(api, { term, approvals: [] });
    await sign(first, '2024-01-08');
    const before = await renewalOf(first);
    const next = await renewed(first, { start: '2024-02-11', end: '2024-12-31' });
    const during = await renewalOf(first);
    await api.engine.until(first, '2024-02-12');
    await api.engine.setClock('2024-02-12');

    await sign(next, '2024-02-12');

    expect([before, during, await renewalOf(first)]).toEqual(['none', 'running', 'signed']);
  });

  test('leaves a form good that somebody has open while a renewal begins', async () => {
    const { id, at } = await proposed(api, { approvals: [] });
    await sign(id, '2024-02-12');
    const proposer = await api.as('proposer-mitra');
    const read = await proposer.get(at);
    await renewed(id, { start: '2025-01-01', end: '2025-12-31' });
    await eventually(async () => ((await renewalOf(id)) === 'running' ? true : undefined));

    const etag = read.headers.get('etag') ?? '';
    const passed = await proposer.post(
      `${at}/turns`,
      { to: offices.tondano },
      { 'If-Match': etag },
    );

    expect(passed.status).toBe(200);
    expect(passed.headers.get('etag')).toBe(`"${read.body.revision + 1}"`);
  });

  async function renewed(id: string, term: { start: string; end: string }): Promise<string> {
    const proposer = await api.as('proposer-mitra');
    return (await proposer.post(`/agreements/${id}/renewals`, { term })).body.id;
  }

  async function sign(id: string, signedOn: string): Promise<void> {
    const at = `/agreements/${id}`;
    await submitted(api, at);
    await signedBy(api, at, signedOn);
  }

  async function renewalOf(id: string): Promise<string> {
    const legal = await api.as('legal-mitra');
    const { body } = await legal.get('/agreements');
    return body.items.find((each: { id: string }) => each.id === id).renewal;
  }
});
