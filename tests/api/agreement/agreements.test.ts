/** Agreements as people read them: one, its timeline and milestones, and the list page by page. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import {
  after,
  anActiveAgreement,
  anAgreement,
  theWayToSigning,
} from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import {
  anMouBody,
  aPksBody,
  inSigning,
  recordedAndRunning,
  proposed,
  recorded,
} from '../../support/agreements-over-http.ts';
import { allPages } from '../../support/pages.ts';

const TODAY = '2024-01-08';

describe('one agreement', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi(TODAY);
  });
  afterAll(() => api.stop());

  test('is answered whole to whoever proposed it, and where to find it', async () => {
    const { id, reply } = await proposed(api);

    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/api/v1/agreements/${id}`);
    expect(reply.headers.get('etag')).toBe('"1"');
    expect(reply.body).toMatchObject({
      kind: 'pks',
      title: 'PKS Pekerja Rentan 2024',
      region: { code: '71.07', name: 'Kabupaten Minahasa Tenggara' },
      zone: 'Asia/Makassar',
      stage: 'proposal',
      stageInLaw: 'persiapan-dan-penawaran',
      stageSince: TODAY,
      term: { start: '2024-01-08', end: '2024-12-31' },
      today: TODAY,
      daysLeft: 358,
      proposer: { name: 'Dinas Tenaga Kerja dan Transmigrasi' },
      desks: [{ id: offices.mitraLabour }],
      myTurn: true,
      textVersion: 0,
      parties: [
        { name: 'Dinas Tenaga Kerja dan Transmigrasi', side: 'government', outside: false },
        { name: 'Kantor Cabang Tondano', side: 'bpjs', outside: false },
      ],
      approvals: [{ id: 'hukum', offices: [{ name: 'Bagian Hukum' }], ready: false }],
      area: [{ code: '71.07' }],
      parent: null,
      children: [],
      renewalOf: null,
      renewedBy: null,
      ending: null,
      handovers: [],
      possible: [
        { command: 'submit', office: { id: offices.mitraLabour } },
        { command: 'passTurn', office: { id: offices.mitraLabour } },
        { command: 'correctTitle', office: { id: offices.mitraLabour } },
      ],
    });
  });

  test('looks the same to all who take part, but for what each could do', async () => {
    const { at } = await proposed(api);

    const proposer = await (await api.as('proposer-mitra')).get(at);
    const officer = await (await api.as('officer-tondano')).get(at);

    expect(officer.body).toEqual({ ...proposer.body, myTurn: false, possible: [] });
  });

  test('names the party outside the system by its name, and its papers', async () => {
    const officer = await api.as('officer-tondano');
    const created = await officer.post(
      '/agreements',
      aPksBody({
        proposer: offices.tondano,
        parties: [
          { outside: 'Pemerintah Kota Contoh', side: 'government' },
          { office: offices.tondano, side: 'bpjs' },
        ],
        approvals: [],
        region: '71.73',
      }),
    );
    const { id, parties } = created.body;
    const outside = parties[0].id as string;
    const evidence = { number: '180/7/2024', date: '2024-01-05' };

    await officer.post(`/agreements/${id}/submissions`);
    await officer.post(`/agreements/${id}/submissions`);
    await officer.post(`/agreements/${id}/submissions`, { onBehalfOf: outside, evidence });
    const signed = await officer.post(`/agreements/${id}/signatures`, {
      party: outside,
      outsideSigner: 'Wali Kota Contoh',
      signedOn: TODAY,
      evidence,
    });

    expect(signed.body.parties[0]).toMatchObject({
      name: 'Pemerintah Kota Contoh',
      outside: true,
      signature: {
        actedBy: { kind: 'outside', name: 'Wali Kota Contoh' },
        recordedBy: { userName: 'Contoh officer-tondano', office: 'Kantor Cabang Tondano' },
        signedOn: TODAY,
        evidence: { number: '180/7/2024', date: '2024-01-05', hasDocument: false },
      },
    });
  });

  test('binds three parties, serves a narrower area and knows who hands in lists', async () => {
    const reply = await (
      await api.as('proposer-mitra')
    ).post(
      '/agreements',
      aPksBody({
        parties: [
          { office: offices.mitraLabour, side: 'government' },
          { office: offices.mitraSocial, side: 'government' },
          { office: offices.tondano, side: 'bpjs' },
        ],
        area: ['71.07.01', '71.07.02'],
        submittingOffices: [offices.mitraSocial],
      }),
    );

    expect(reply.body).toMatchObject({
      parties: [{}, {}, {}],
      area: [{ code: '71.07.01' }, { code: '71.07.02' }],
      submittingOffices: [{ name: 'Dinas Sosial' }],
    });
  });

  test('hangs below its umbrella', async () => {
    const legal = await api.as('legal-mitra');
    const mou = await legal.post('/agreements', anMouBody());
    const pks = await legal.post('/agreements', aPksBody({ parent: mou.body.id }));

    const umbrella = await legal.get(`/agreements/${mou.body.id}`);

    expect(pks.body.parent).toMatchObject({ id: mou.body.id, kind: 'mou', stage: 'proposal' });
    expect(umbrella.body.children).toMatchObject([{ id: pks.body.id, kind: 'pks' }]);
  });

  test('takes numbers, returns, new dates and a withdrawal', async () => {
    const { at } = await inSigning(api);
    const proposer = await api.as('proposer-mitra');
    const legal = await api.as('legal-mitra');
    const office = offices.mitraLabour;

    const numbered = await proposer.post(`${at}/numbers`, {
      party: offices.mitraLabour,
      number: '560/1/2024',
      dated: '2024-01-05',
    });
    const redated = await legal.post(`${at}/dates`, {
      office,
      term: { start: '2024-02-01', end: '2024-12-31' },
      reason: 'Menunggu DPA',
    });
    await (await api.as('approver-mitra')).post(`${at}/approvals`, { step: 'hukum' });
    const returned = await proposer.post(`${at}/returns`, { reason: 'Pasal 4 belum tepat' });
    const withdrawn = await legal.post(`${at}/withdrawals`, { office, reason: 'Batal' });

    expect(numbered.body.parties[0].number).toEqual({ number: '560/1/2024', dated: '2024-01-05' });
    expect(redated.body).toMatchObject({
      stage: 'approval',
      textVersion: 2,
      term: { start: '2024-02-01', end: '2024-12-31' },
    });
    expect(returned.body).toMatchObject({ stage: 'drafting', textVersion: 2 });
    expect(withdrawn.body).toMatchObject({
      stage: 'ended',
      ending: { reason: 'withdrawn', lawful: null, lastDay: null },
      possible: [],
    });
  });

  test('is renewed by one that is filled in from it', async () => {
    const term = { start: '2023-02-01', end: '2024-01-31' };
    const { at, id } = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-01-09', term }),
      'PKS lama',
    );
    const proposer = await api.as('proposer-mitra');

    const renewal = await proposer.post(`${at}/renewals`, {
      term: { start: '2024-02-15', end: '2025-01-31' },
    });
    const before = await proposer.get(at);

    expect(renewal.status).toBe(201);
    expect(renewal.body).toMatchObject({
      title: 'PKS lama',
      stage: 'proposal',
      renewalOf: { id, gapDays: 14 },
      parties: before.body.parties.map(({ name }: { name: string }) => ({ name })),
    });
    expect(before.body.renewedBy).toMatchObject({ id: renewal.body.id, gapDays: 14 });
  });

  test('is renewed for another area, with other offices that submit', async () => {
    const term = { start: '2023-02-01', end: '2024-01-31' };
    const { at } = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-01-09', term }),
      'PKS lama di wilayah lain',
    );
    const proposer = await api.as('proposer-mitra');
    const renewing = { term: { start: '2024-02-01', end: '2025-01-31' } };

    const nowhere = await proposer.post(`${at}/renewals`, { ...renewing, area: ['71.07.99'] });
    const nobody = await proposer.post(`${at}/renewals`, {
      ...renewing,
      submittingOffices: ['019b0000-0000-7000-8000-000000000000'],
    });
    const renewal = await proposer.post(`${at}/renewals`, {
      ...renewing,
      area: ['71.07.01', '71.07.02'],
      submittingOffices: [offices.mitraSocial],
    });

    expect(nowhere).toMatchObject({ status: 422, body: { errors: [{ field: 'area' }] } });
    expect(nobody).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'submittingOffices' }] },
    });
    expect(renewal.body).toMatchObject({
      area: [{ code: '71.07.01' }, { code: '71.07.02' }],
      submittingOffices: [{ name: 'Dinas Sosial' }],
    });
  });

  test('tells its story, newest first, in pages and with names', async () => {
    const { at } = await proposed(api);
    const proposer = await api.as('proposer-mitra');
    const officer = await api.as('officer-tondano');
    await proposer.post(`${at}/submissions`, { note: 'Mohon ditelaah' });
    for (const [caller, to] of [
      [proposer, offices.tondano],
      [officer, offices.mitraLabour],
    ] as const) {
      await caller.post(`${at}/turns`, { to });
    }

    const pages = await allPages(proposer, `${at}/timeline?limit=2`);

    expect(pages.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(pages.map(({ events }) => events[0].kind)).toEqual([
      'turn-passed',
      'turn-passed',
      'submitted',
      'created',
    ]);
    expect(pages[2]).toMatchObject({
      businessDay: TODAY,
      version: 2,
      by: { userName: 'Contoh proposer-mitra', office: 'Dinas Tenaga Kerja dan Transmigrasi' },
    });
    expect(Object.values(pages[2].names)).toContain('Mohon ditelaah');
  });

  test('goes on telling its story where a page ended, whatever happens meanwhile', async () => {
    const { at } = await proposed(api);
    const proposer = await api.as('proposer-mitra');
    const officer = await api.as('officer-tondano');
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/turns`, { to: offices.tondano });

    const first = await proposer.get(`${at}/timeline?limit=1`);
    await officer.post(`${at}/turns`, { to: offices.mitraLabour });
    const rest = await proposer.get(`${at}/timeline?cursor=${first.body.nextCursor}`);

    expect(first.body.items.map(({ seq }: { seq: number }) => seq)).toEqual([3]);
    expect(rest.body.items.map(({ seq }: { seq: number }) => seq)).toEqual([2, 1]);
  });

  test('knows its days: start, reminders, and the day after the last', async () => {
    const term = { start: '2024-01-08', end: '2024-03-31' };
    const { at } = await recorded(api, anActiveAgreement({ on: '2024-01-08', term }));

    const { body } = await (await api.as('proposer-mitra')).get(`${at}/milestones`);

    const own = { source: 'agreement', stage: null, state: 'planned' };
    expect(body.items).toEqual([
      { ...own, kind: 'reminder', day: '2024-01-31', daysBeforeEnd: 60 },
      { ...own, kind: 'reminder', day: '2024-03-01', daysBeforeEnd: 30 },
      { ...own, kind: 'reminder', day: '2024-03-17', daysBeforeEnd: 14 },
      { ...own, kind: 'reminder', day: '2024-03-24', daysBeforeEnd: 7 },
      { ...own, kind: 'reminder', day: '2024-03-31', daysBeforeEnd: 0 },
      { ...own, kind: 'expiry', day: '2024-04-01', daysBeforeEnd: -1 },
    ]);
  });

  test('shows the change of regent that is still to be handed over', async () => {
    const mou = { kind: 'mou', form: 'nota-kesepakatan' } as const;
    const parties = [
      { id: offices.mitra, side: 'government' as const, outside: false },
      { id: offices.tondano, side: 'bpjs' as const, outside: false },
    ];
    const { at } = await recorded(
      api,
      anAgreement({ ...mou, parties, proposingParty: offices.mitra, on: '2023-12-01' }),
    );
    const legal = await api.as('legal-mitra');

    await legal.post('/office-holders', {
      office: offices.mitra,
      personName: 'Contoh Pengganti',
      position: 'Bupati',
      capacity: 'plt',
      from: '2024-01-08',
      signs: ['mou'],
      decree: { number: 'SK-2/2024', date: '2024-01-05' },
      replaces: holders.actingRegentMitra,
    });
    const { body: own } = await legal.get(at);
    const { body } = await (await api.as('head-tondano')).get(at);

    // Only the side whose office it is can say that it is done.
    expect(own.handovers).toMatchObject([{ mayComplete: true }]);
    expect(body).toMatchObject({
      stage: 'proposal',
      handovers: [
        {
          mayComplete: false,
          office: 'Pemerintah Kabupaten Minahasa Tenggara',
          outgoing: 'Contoh Penjabat',
          incoming: 'Contoh Pengganti',
          openedOn: TODAY,
          doneOn: null,
        },
      ],
    });
  });
});

describe('the list of agreements', () => {
  let api: Api;
  let reader: Caller;
  const TITLES = ['Aren', 'Bakau', 'Cengkih', 'Damar', 'Enau', 'Fuli', 'Gaharu'];
  const ENDS = ['2024-09-30', '2024-03-31', '2024-12-31', '2024-03-31', '2024-06-30', '2025-12-31'];

  beforeAll(async () => {
    api = await anApi(TODAY);
    reader = await api.as('proposer-mitra');
    for (const [at, title] of TITLES.entries()) {
      const end = ENDS[at] ?? '2024-03-31';
      await recorded(api, stateOf(at, end), title);
    }
    // Somebody else's: never in any list below.
    const elsewhere = { proposer: offices.minahasaLabour, proposingParty: offices.minahasaLabour };
    const parties = [
      { id: offices.minahasaLabour, side: 'government' as const, outside: false },
      { id: offices.manado, side: 'bpjs' as const, outside: false },
    ];
    const approvals = [{ id: 'hukum', offices: [offices.minahasaLegal], after: [] }];
    const foreign = anAgreement({ on: TODAY, region: '71.02', parties, approvals, ...elsewhere });
    await recorded(api, foreign, 'Rahasia');
  });
  afterAll(() => api.stop());

  // By place in the list: two proposals, two in force, one ended, one in signing, one MoU.
  function stateOf(at: number, end: string): AgreementState {
    const term = { start: '2024-01-08', end };
    if (at < 2) return anAgreement({ on: TODAY, term });
    if (at < 4) return anActiveAgreement({ on: TODAY, term });
    if (at === 4) {
      const active = anActiveAgreement({ on: TODAY, term });
      const nothing = { lawful: null, lastDay: null, supersededBy: null };
      const ending = { reason: 'withdrawn' as const, ...nothing };
      return { ...active, stage: 'ended', ending, turn: { desks: [], since: TODAY } };
    }
    if (at === 5) return after(anAgreement({ on: TODAY, term }), theWayToSigning(TODAY));
    return anAgreement({ on: TODAY, term, kind: 'mou', form: 'nota-kesepakatan' });
  }

  const titlesOf = (reply: { body: { items: { title: string }[] } }) =>
    reply.body.items.map(({ title }) => title);

  test.each([
    ['title', 'Aren Bakau Cengkih Damar Enau Fuli Gaharu'],
    ['-title', 'Gaharu Fuli Enau Damar Cengkih Bakau Aren'],
    ['changed', 'Aren Bakau Cengkih Damar Enau Fuli Gaharu'],
    ['-changed', 'Gaharu Fuli Enau Damar Cengkih Bakau Aren'],
  ])('is sorted by %s, one row a page', async (sort, expected) => {
    const rows = await allPages(reader, `/agreements?sort=${sort}&limit=1`);

    expect(rows.map(({ title }) => title)).toEqual(expected.split(' '));
  });

  test.each([
    [
      'end',
      [
        '2024-03-31',
        '2024-03-31',
        '2024-03-31',
        '2024-06-30',
        '2024-09-30',
        '2024-12-31',
        '2025-12-31',
      ],
    ],
    [
      '-end',
      [
        '2025-12-31',
        '2024-12-31',
        '2024-09-30',
        '2024-06-30',
        '2024-03-31',
        '2024-03-31',
        '2024-03-31',
      ],
    ],
  ])('is sorted by %s, with equal days on different pages', async (sort, expected) => {
    const rows = await allPages(reader, `/agreements?sort=${sort}&limit=2`);

    expect(rows.map(({ term }) => term.end)).toEqual(expected);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(7);
  });

  test.each([
    ['stage=proposal', 'Aren Bakau Gaharu'],
    ['stage=active&stage=ended', 'Cengkih Damar Enau'],
    ['kind=mou', 'Gaharu'],
    ['region=71.07', TITLES.join(' ')],
    ['region=71', TITLES.join(' ')],
    ['region=71.02', ''],
    [`desk=${offices.tondano}`, 'Fuli'],
    ['mine=true', 'Aren Bakau Fuli Gaharu'],
    ['endsFrom=2024-09-30', 'Aren Cengkih Fuli'],
    ['endsUntil=2024-06-30', 'Bakau Damar Enau Gaharu'],
    ['endsFrom=2024-06-30&endsUntil=2024-09-30', 'Aren Enau'],
    ['q=ENGK', 'Cengkih'],
    ['q=%25', ''],
    ['q=_', ''],
    ['q=%5C', ''],
    ['q=Rahasia', ''],
  ])('is filtered by %s', async (filter, expected) => {
    const reply = await reader.get(`/agreements?sort=title&${filter}`);

    expect(titlesOf(reply).join(' ')).toBe(expected);
  });

  test('finds an agreement by its number', async () => {
    const rows = await reader.get('/agreements?q=Fuli');
    const { id } = rows.body.items[0];
    await api.rows(
      `insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
       values ($1, $2, $3, 'pks', 2024, '560/77/2024', '560/77/2024', '2024-01-08')`,
      [randomUUID(), id, offices.mitraLabour],
    );

    const found = await reader.get('/agreements?q=560/77');

    expect(titlesOf(found)).toEqual(['Fuli']);
  });

  test('tells of each row what the pipeline shows', async () => {
    const { body } = await reader.get('/agreements?q=Cengkih');

    expect(body.items).toMatchObject([
      {
        kind: 'pks',
        stage: 'active',
        region: { code: '71.07', name: 'Kabupaten Minahasa Tenggara' },
        desks: [{ name: 'Dinas Tenaga Kerja dan Transmigrasi', outside: false }],
        myTurn: false,
        daysLeft: 358,
        renewal: 'none',
        nextMilestone: {
          source: 'agreement',
          kind: 'reminder',
          stage: null,
          day: '2024-07-04',
        },
        changedOn: TODAY,
      },
    ]);
  });

  test('gives its pages without loss or repetition while agreements are added', async () => {
    const seen: string[] = [];
    let cursor = '';

    for (let page = 0; page < 20 && cursor !== null; page += 1) {
      const after = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await reader.get(`/agreements?sort=title&limit=3${after}`);
      seen.push(...titlesOf({ body }));
      cursor = body.nextCursor;
      // One behind where the reader is, one ahead.
      if (page < 2) {
        await recorded(api, stateOf(0, '2024-05-31'), `A${page}`);
        await recorded(api, stateOf(0, '2024-05-31'), `Z${page}`);
      }
    }

    expect(seen).toEqual([...TITLES, 'Z0', 'Z1']);
    expect(cursor).toBeNull();
  });

  test.each(['0', '101', '-1', '1.5', 'x', ''])('refuses a page of %j rows', async (limit) => {
    const reply = await reader.get(`/agreements?limit=${limit}`);

    expect(reply.body).toMatchObject({ status: 422, code: 'InvalidRequest' });
    expect(reply.body.errors[0].field).toBe('limit');
  });

  const ID = '11111111-1111-4111-8111-111111111111';
  test.each([
    ['nothing', ''],
    ['no JSON', 'abc'],
    ['no list', { end: '2024-01-01' }],
    ['too few keys', ['2024-01-01']],
    ['too many keys', ['2024-01-01', ID, 'end', 'x']],
    ['the place of another order', ['2024-01-01', ID, '-end']],
    ['numbers', [20240101, 1]],
    ['a day that does not exist', ['2024-13-45', ID, 'end']],
    ['a day in the year 0', ['0000-01-01', ID, 'end']],
    ['no id', ['2024-01-01', 'x', 'end']],
    ['a NUL', ['2024-01-01\0', ID, 'end']],
    ['a lone surrogate', ['2024-01-01', `${ID}\uD800`, 'end']],
    ['SQL', ["2024-01-01' or true --", ID, 'end']],
  ])('refuses a cursor that holds %s', async (_what, content) => {
    const cursor =
      typeof content === 'string'
        ? content
        : Buffer.from(JSON.stringify(content)).toString('base64url');

    const reply = await reader.get(`/agreements?sort=end&cursor=${cursor}`);

    expect(reply.body).toMatchObject({
      status: 422,
      code: 'CursorMalformed',
      errors: [
        {
          field: 'cursor',
          message:
            'Pakai nextCursor dari jawaban sebelumnya, dengan saringan dan urutan yang sama.',
        },
      ],
    });
  });

  test.each([
    ['changed', '2024-01-01T25:00:00.000Z'],
    ['changed', '2024-02-30T00:00:00.000Z'],
    ['changed', '2024-01-01 (noon)'],
    ['changed', '0000-01-01T00:00:00.000Z'],
  ])('refuses a cursor by %s that begins at %s', async (sort, key) => {
    const cursor = Buffer.from(JSON.stringify([key, ID, sort])).toString('base64url');

    const reply = await reader.get(`/agreements?sort=${sort}&cursor=${cursor}`);

    expect(reply.body).toMatchObject({ status: 422, code: 'CursorMalformed' });
  });
});
