/** The same parties, the same thing, the same time: asked about at intake, said until all have signed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPksBody, inSigning, signed } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller, Reply } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
let labour: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  labour = await api.as('proposer-mitra');
});
afterAll(() => api.stop());

function proposing(title: string, only: object = {}) {
  return aPksBody({ title, alongside: false, ...only });
}

describe('a second agreement of the same parties about the same thing at the same time', () => {
  test('is asked about at intake, with where the first one is', async () => {
    const { body: first } = await labour.post('/agreements', proposing('PKS Nelayan 2024'));

    const reply = await labour.post('/agreements', proposing('PKS Nelayan 2024'));

    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'AgreementTwice',
      detail:
        'Para pihak yang sama sudah mempunyai “PKS Nelayan 2024” untuk waktu yang sama ' +
        '(8 Januari 2024 s.d. 31 Desember 2024). Lanjutkan perjanjian itu, atau nyatakan bahwa ' +
        'keduanya memang berjalan bersamaan.',
      errors: [{ field: 'alongside' }],
      existing: {
        id: first.id,
        title: 'PKS Nelayan 2024',
        href: `/api/v1/agreements/${first.id}`,
      },
    });
  });

  test('is proposed on purpose, and each says that there is the other', async () => {
    const { body: first } = await labour.post('/agreements', proposing('PKS Petani'));
    const second = await labour.post('/agreements', proposing('PKS Petani', { alongside: true }));

    const { body: seen } = await labour.get(`/agreements/${first.id}`);

    expect(second.status).toBe(201);
    expect(second.body.twins).toEqual([
      {
        id: first.id,
        kind: 'pks',
        title: 'PKS Petani',
        stage: 'proposal',
        term: { start: TODAY, end: '2024-12-31' },
        gapDays: null,
      },
    ]);
    expect(seen.twins).toMatchObject([{ id: second.body.id }]);
  });

  const SAME: [string, object][] = [
    ['in capitals, with other blanks and a dash', { title: 'PKS  TUKANG — OJEK, 2024' }],
    ['named after its form', { title: 'Perjanjian Kerja Sama Tukang Ojek 2024' }],
    ['for a term that begins within it', { term: { start: '2024-12-31', end: '2025-06-30' } }],
    [
      'with its parties the other way round',
      {
        parties: [
          { office: offices.tondano, side: 'bpjs' },
          { office: offices.mitraLabour, side: 'government' },
        ],
      },
    ],
  ];
  test('is the same', async () => {
    const first = await labour.post('/agreements', proposing('PKS Tukang Ojek 2024'));
    const replies: Record<string, Reply> = {};
    for (const [what, only] of SAME) {
      replies[what] = await labour.post('/agreements', proposing('PKS Tukang Ojek 2024', only));
    }

    expect(first.status).toBe(201);
    for (const [what] of SAME) expect(replies[what]?.body.code, what).toBe('AgreementTwice');
  });

  const OTHER: [string, object][] = [
    ['about something else', { title: 'PKS Perangkat Desa' }],
    ['for the year after', { term: { start: '2025-01-01', end: '2025-12-31' } }],
    [
      'with another branch',
      {
        parties: [
          { office: offices.mitraLabour, side: 'government' },
          { office: offices.manado, side: 'bpjs' },
        ],
      },
    ],
    [
      'of the other kind',
      { kind: 'mou', form: 'nota-kesepakatan', parties: aPksBody().parties, approvals: [] },
    ],
  ];
  test.each(OTHER)('is another one %s', async (what, only) => {
    const title = `PKS Guru Ngaji, bukan ${what}`;
    await labour.post('/agreements', proposing(title));

    const reply = await labour.post('/agreements', proposing(title, only));

    expect(reply.status).toBe(201);
    expect(reply.body.twins).toEqual([]);
  });

  test('goes by the names of parties outside the system, as a reader takes them', async () => {
    const with_ = (outside: string) => ({
      parties: [...aPksBody().parties, { outside, side: 'other' }],
    });
    const title = 'PKS Tiga Pihak';
    const first = await labour.post('/agreements', proposing(title, with_('Bank SulutGo')));

    const same = await labour.post('/agreements', proposing(title, with_('bank\u00a0 SULUTGO')));
    const other = await labour.post('/agreements', proposing(title, with_('Bank Mandiri')));
    const alone = await labour.post('/agreements', proposing(title));

    expect(first.status).toBe(201);
    expect(same.body).toMatchObject({ code: 'AgreementTwice', existing: { id: first.body.id } });
    expect([other.status, alone.status]).toEqual([201, 201]);
  });

  test('is none once the first was given up', async () => {
    const { body: first } = await labour.post('/agreements', proposing('PKS Dicabut'));
    const legal = await api.as('legal-mitra');
    const given = { office: offices.mitraLabour, reason: 'Ditunda' };
    expect((await legal.post(`/agreements/${first.id}/withdrawals`, given)).status).toBe(200);

    const reply = await labour.post('/agreements', proposing('PKS Dicabut'));

    expect(reply.status).toBe(201);
  });

  test('is a mistake that does not use up the key of the request', async () => {
    await labour.post('/agreements', proposing('PKS Kunci'));
    const once = { 'Idempotency-Key': '4b1b4a0e-5f1c-4d7e-8a52-7d5b4f1f0c11' };

    const refused = await labour.post('/agreements', proposing('PKS Kunci'), once);
    const confirmed = proposing('PKS Kunci', { alongside: true });
    const reply = await labour.post('/agreements', confirmed, once);

    expect([refused.status, reply.status]).toEqual([409, 201]);
  });
});

describe('before signing', () => {
  test('the other one is said, until all have signed', async () => {
    const title = 'PKS Sebelum Tanda Tangan';
    const first = await signed(api, TODAY, { title });
    const second = await inSigning(api, { title });

    const { body: waiting } = await labour.get(second.at);
    const { body: inForce } = await labour.get(first.at);

    expect(waiting.twins).toMatchObject([{ id: first.id, stage: 'active' }]);
    expect(inForce.twins).toEqual([]);
  });

  // Row policies decide: a proposer of another office of the same government sees neither.
  test('nothing is said of one that the reader may not see', async () => {
    const title = 'PKS Yang Tidak Terlihat';
    const parties = [
      { office: offices.mitra, side: 'government' },
      { office: offices.tondano, side: 'bpjs' },
    ];
    const common = { parties, proposingParty: offices.mitra };
    const regent = proposing(title, { ...common, proposer: offices.mitraLegal, approvals: [] });
    const first = await (await api.as('legal-mitra')).post('/agreements', regent);
    const social = await api.as('social-mitra');
    const own = { ...common, proposer: offices.mitraSocial, approvals: [] };

    const unseen = await social.get(`/agreements/${first.body.id}`);
    const reply = await social.post('/agreements', proposing(title, own));

    expect([first.status, unseen.status]).toEqual([201, 404]);
    expect(reply.status).toBe(201);
    expect(reply.body.twins).toEqual([]);
    expect(reply.text).not.toContain(first.body.id);
  });
});

describe('a renewal', () => {
  const term = { start: '2024-12-01', end: '2025-11-30' };

  test('is no second one beside what it renews', async () => {
    const { at } = await signed(api, TODAY, { title: 'PKS Diperpanjang' });

    const reply = await labour.post(`${at}/renewals`, { term });

    expect(reply.status).toBe(201);
    expect(reply.body.twins).toEqual([]);
  });

  test('is asked about where somebody has proposed its next term already', async () => {
    const { at } = await signed(api, TODAY, { title: 'PKS Diusulkan Lagi' });
    const { body: next } = await labour.post(
      '/agreements',
      proposing('PKS Diusulkan Lagi', { term: { start: '2025-01-01', end: '2025-12-31' } }),
    );

    const refused = await labour.post(`${at}/renewals`, { term });
    const confirmed = await labour.post(`${at}/renewals`, { term, alongside: true });

    expect(refused.body).toMatchObject({ code: 'AgreementTwice', existing: { id: next.id } });
    expect(confirmed.status).toBe(201);
  });
});
