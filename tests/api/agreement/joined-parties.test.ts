/** Renewing an agreement of which a party was outside the system and has since come into it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActiveAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { anOutsideParty } from '../../support/agreements-over-http.ts';
import { offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';
const TERM = { start: '2024-02-01', end: '2025-01-31' };
const NEIGHBOUR = 'Pemerintah Kabupaten Minahasa';

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

/** In force until the end of January, with a third party outside. */
async function withThird(name: string, side: 'government' | 'other') {
  const term = { start: '2023-02-01', end: '2024-01-31' };
  const agreement = anActiveAgreement({ on: '2023-01-09', term });
  return anOutsideParty(api, agreement, { name, side }, `PKS bertiga ${randomUUID()}`);
}

describe('a party outside whose institution has since joined', () => {
  test('is shown with its office to all who see the agreement, and asked for in a renewal', async () => {
    const { at, party } = await withThird('PEMERINTAH  Kabupaten Minahasa', 'government');
    const legal = await api.as('legal-mitra');
    const read = await legal.get(at);
    const renewal = await (await api.as('proposer-mitra')).post(`${at}/renewals`, { term: TERM });

    const joined = read.body.parties.map(({ joined: each }: { joined: unknown }) => each);
    const minahasa = { id: offices.minahasa, name: NEIGHBOUR };
    expect(joined).toEqual([null, null, { institution: minahasa, office: minahasa }]);
    expect(read.body.parties[2]).toMatchObject({ id: party, outside: true });
    expect(renewal.body).toMatchObject({
      status: 422,
      code: 'PartyInSystem',
      errors: [{ field: 'parties' }],
    });
    expect((await legal.get(at)).body.renewedBy).toBeNull();
  });

  test('is a party by its office in the renewal, and as it was in what went before', async () => {
    const { at, party } = await withThird(NEIGHBOUR, 'government');
    const proposer = await api.as('proposer-mitra');
    const parties = [{ party, office: offices.minahasa }];
    const renewal = await proposer.post(`${at}/renewals`, { term: TERM, parties });
    const before = await proposer.get(at);

    expect(renewal.body.parties).toMatchObject([
      { id: offices.mitraLabour, outside: false },
      { id: offices.tondano, outside: false },
      { id: offices.minahasa, name: NEIGHBOUR, side: 'government', outside: false, joined: null },
    ]);
    expect(before.body.parties[2]).toMatchObject({ id: party, outside: true });
    const seen = await (await api.as('desk-minahasa')).get(`/agreements/${renewal.body.id}`);
    expect(seen.status).toBe(200);
  });

  test('is chosen among the offices of the institution where none bears its name', async () => {
    const term = { start: '2023-02-01', end: '2024-01-31' };
    const agreement = anActiveAgreement({ on: '2023-01-09', term });
    const { at, party } = await anOutsideParty(
      api,
      agreement,
      { name: 'Cabang Lama Minahasa', side: 'bpjs' },
      `PKS lama ${randomUUID()}`,
      offices.tondano,
    );
    const proposer = await api.as('proposer-mitra');
    const read = await proposer.get(at);
    const parties = [{ party, office: offices.tondano }];
    const renewal = await proposer.post(`${at}/renewals`, { term: TERM, parties, alongside: true });

    expect(read.body.parties[1].joined).toEqual({
      institution: { id: offices.bpjs, name: 'BPJS Ketenagakerjaan' },
      office: null,
    });
    expect(renewal.body.parties[1]).toMatchObject({ id: offices.tondano, side: 'bpjs' });
  });
});

test('a party that is still outside stays so in the renewal', async () => {
  const { at } = await withThird('Bank Contoh', 'other');
  const proposer = await api.as('proposer-mitra');
  const read = await proposer.get(at);
  const renewal = await proposer.post(`${at}/renewals`, { term: TERM });

  expect(read.body.parties[2].joined).toBeNull();
  expect(renewal.body.parties[2]).toMatchObject({ name: 'Bank Contoh', outside: true });
});

test('no office takes the place of a party that is inside, and none that nobody knows', async () => {
  const { at, party } = await withThird(NEIGHBOUR, 'government');
  const proposer = await api.as('proposer-mitra');
  const renew = async (parties: object[]) =>
    (await proposer.post(`${at}/renewals`, { term: TERM, parties })).body;

  expect(await renew([{ party: offices.tondano, office: offices.manado }])).toMatchObject({
    code: 'PartyUnknown',
    errors: [{ field: 'parties.0.party' }],
  });
  const named = { party, office: offices.minahasa };
  expect(await renew([named, { party, office: offices.minahasaLabour }])).toMatchObject({
    code: 'PartyTwice',
    errors: [{ field: 'parties' }],
  });
  expect(await renew([{ party, office: randomUUID() }])).toMatchObject({
    code: 'OfficeUnknown',
    errors: [{ field: 'parties.0.office' }],
  });
});
