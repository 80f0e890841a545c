/**
 * The product tried as people would who want more than is theirs: a curious proposer, an administrator of
 * another government and one further down the tree, an official who has left.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCursor } from '../../api/http/cursor.ts';
import { urlOf } from '../../prisma/roles.ts';
import {
  aNewHead,
  aPksBody,
  inApproval,
  inSigning,
  proposed,
  recorded,
  signed,
} from '../support/agreements-over-http.ts';
import { anAgreement } from '../support/agreements.ts';
import { anApi } from '../support/api.ts';
import type { Api, Caller, Reply } from '../support/api.ts';
import { holders, offices } from '../support/cast.ts';
import type { PersonName } from '../support/cast.ts';
import { openStream } from '../support/event-stream.ts';
import { allPages } from '../support/pages.ts';
import { TEST_SECRET } from '../support/test-servers.ts';

const TODAY = '2024-01-08';
const LETTER = { number: '1/2024', date: TODAY };
const NUMBER = 'B/17/RAHASIA/2024';

let api: Api;
/** An MoU and its number between another government and another branch. */
let theirs: string;
beforeAll(async () => {
  api = await anApi(TODAY);
  const parties = [
    { id: offices.minahasaLabour, side: 'government' as const, outside: false },
    { id: offices.manado, side: 'bpjs' as const, outside: false },
  ];
  const elsewhere = {
    kind: 'mou' as const,
    form: 'nota-kesepakatan' as const,
    proposer: offices.minahasaLabour,
    proposingParty: offices.minahasaLabour,
    region: '71.02',
    approvals: [],
  };
  const mou = anAgreement({ on: TODAY, parties, ...elsewhere });
  ({ id: theirs } = await recorded(api, mou, 'Rahasia Minahasa'));
  await api.rows(
    `insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
     values (gen_random_uuid(), $1, $2, 'mou', 2024, $3, number_key($3), $4)`,
    [theirs, offices.minahasaLabour, NUMBER, TODAY],
  );
});
afterAll(() => api.stop());

describe('a curious proposer', () => {
  const STRANGERS = /Contoh (Bupati|Kadis|Kepala) Lain|-(minahasa|manado)/;

  test('learns of nobody by naming offices that submit or approve, nor by renewing', async () => {
    const naming = { submittingOffices: [offices.minahasaLabour, offices.manado] };
    const step = { id: 'tetangga', offices: [offices.minahasaLegal] };
    const asked = await proposed(api, { ...naming, approvals: [step] });
    const { at } = await signed(api, TODAY);
    const proposer = await api.as('proposer-mitra');
    const renewal = await proposer.post(`${at}/renewals`, {
      term: { start: '2025-01-01', end: '2025-12-31' },
      ...naming,
    });
    const ids = [asked.id, renewal.body.id];
    const mails = await allPages(proposer, '/outbox?limit=100');

    const read = await Promise.all(
      [
        ...ids.flatMap((id) =>
          ['', '/timeline', '/milestones'].map((of) => `/agreements/${id}${of}`),
        ),
        ...mails.map(({ id }) => `/outbox/${id}`),
        '/agreements?limit=100',
        '/outbox?limit=100',
        '/office-holders?limit=100',
        `/office-holders?signsFor=${offices.minahasaLabour}`,
        `/office-holders?office=${offices.manado}`,
        '/users?limit=100',
        `/users?office=${offices.minahasaLabour}`,
        '/users?q=minahasa',
      ].map((path) => proposer.get(path)),
    );

    expect(renewal.status).toBe(201);
    expect(read.filter(({ status }) => status !== 200)).toEqual([]);
    expect(read.filter(({ text }) => STRANGERS.test(text))).toEqual([]);
  });

  type Guess = [what: string, who: PersonName, foreign: string, send: Sending];
  type Sending = (caller: Caller, id: string) => Promise<Reply>;
  let approving: string;
  let signing: string;
  let inForce: string;
  beforeAll(async () => {
    approving = (await inApproval(api)).at;
    signing = (await inSigning(api)).at;
    inForce = (await signed(api, TODAY)).at;
  });
  const onPaper = (actedBy: string) => ({ actedBy, evidence: LETTER });
  const GUESSES: Guess[] = [
    [
      'the MoU above',
      'proposer-mitra',
      'agreement',
      (caller, parent) => caller.post('/agreements', aPksBody({ parent })),
    ],
    [
      'the agreement that follows',
      'legal-mitra',
      'agreement',
      (caller, supersededBy) =>
        caller.post(`${inForce}/terminations`, {
          office: offices.mitraLabour,
          evidence: LETTER,
          reason: 'superseded',
          lastDay: TODAY,
          supersededBy,
        }),
    ],
    [
      'who approved on paper',
      'legal-mitra',
      'holder',
      (caller, id) => caller.post(`${approving}/approvals`, { step: 'hukum', ...onPaper(id) }),
    ],
    [
      'who signed',
      'proposer-mitra',
      'holder',
      (caller, actedBy) =>
        caller.post(`${signing}/signatures`, {
          party: offices.mitraLabour,
          actedBy,
          signedOn: TODAY,
        }),
    ],
    [
      'whom somebody follows in office',
      'legal-mitra',
      'holder',
      (caller, replaces) => caller.post('/office-holders', { ...aHolder(), replaces }),
    ],
    [
      'whose account an office holder has',
      'legal-mitra',
      'user',
      (caller, userId) => caller.post('/office-holders', { ...aHolder(), userId }),
    ],
    ['an agreement', 'legal-mitra', 'agreement', (caller, id) => caller.get(`/agreements/${id}`)],
    [
      'an agreement to end',
      'legal-mitra',
      'agreement',
      (caller, id) => caller.post(`/agreements/${id}/withdrawals`, { reason: 'Contoh' }),
    ],
    [
      'an office holder to relieve',
      'legal-mitra',
      'holder',
      (caller, id) => caller.post(`/office-holders/${id}/endings`, { until: TODAY }),
    ],
  ];

  test.each(GUESSES)('hears of a foreign id what nobody’s id is answered: %s', async (...guess) => {
    const [, who, kind, send] = guess;
    const foreign = { agreement: theirs, holder: holders.headManado, user: 'legal-minahasa' };
    const caller = await api.as(who);

    const replies = [
      await send(caller, foreign[kind as keyof typeof foreign]),
      await send(caller, randomUUID()),
    ];

    const [first, second] = replies.map(withoutRequest);
    expect(first?.status).toBeGreaterThanOrEqual(400);
    expect(first).toEqual(second);
  });

  test.each<[PersonName, string]>([
    ['legal-mitra', '/agreements?q=Rahasia'],
    ['legal-mitra', `/agreements?q=${encodeURIComponent(NUMBER)}`],
    ['legal-mitra', `/agreements?desk=${offices.minahasaLabour}`],
    ['legal-mitra', '/agreements?region=71.02'],
    ['legal-mitra', '/audit?agreement=THEIRS'],
    ['legal-mitra', `/audit?office=${offices.minahasa}`],
    ['legal-mitra', '/outbox?agreement=THEIRS'],
    ['legal-mitra', `/office-holders?office=${offices.minahasaLabour}`],
    ['legal-mitra', `/users?office=${offices.minahasaLegal}`],
    ['admin-mitra', '/users?q=legal-minahasa@example.test'],
    ['admin-mitra', '/security-events?user=legal-minahasa'],
  ])('finds nothing of others by searching: %s, %s', async (who, path) => {
    const { body } = await (await api.as(who)).get(path.replace('THEIRS', theirs));

    expect(body.items).toEqual([]);
  });

  test('gets nothing by the key of somebody else’s request', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const { at } = await proposed(api);
    const given = { office: offices.mitraLabour, reason: 'Ditunda' };
    const done = await (await api.as('legal-mitra')).post(`${at}/withdrawals`, given, key);
    const foreign = await api.as('legal-minahasa');

    const repeated = await foreign.post(`${at}/withdrawals`, given, key);

    expect(done.status).toBe(200);
    expect(repeated.body).toMatchObject({ status: 404, code: 'NotFound' });
  });

  test('turns pages of what is its own, whatever stands in the cursor', async () => {
    const caller = await api.as('proposer-mitra');
    const own = await Promise.all([proposed(api), proposed(api)]);
    const { body } = await caller.get('/agreements?sort=title&limit=1');
    const keys = JSON.parse(Buffer.from(body.nextCursor, 'base64url').toString()) as string[];
    const forged = writeCursor(['', theirs, ...keys.slice(2)]);

    const ours = await caller.get(`/agreements?sort=title&limit=100&cursor=${forged}`);
    const others = await (
      await api.as('legal-minahasa')
    ).get(`/agreements?sort=title&limit=100&cursor=${forged}`);

    expect(idsIn(ours)).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
    expect(idsIn(ours)).not.toContain(theirs);
    expect(idsIn(others)).toContain(theirs);
    expect(idsIn(others).filter((id) => own.some((each) => each.id === id))).toEqual([]);
  });

  test('hears of nothing foreign from any place in the stream', async () => {
    const { cookie } = await api.as('proposer-mitra');
    const stream = await openStream(api.url, cookie, '1.0');
    await api.rows(`select announce('agreement', $1)`, [theirs]);
    const { id } = await proposed(api);
    await stream.until((hints) => hints.some(({ data }) => data.id === id));
    stream.close();

    expect(stream.hints.map(({ data }) => data.id)).not.toContain(theirs);
  });
});

describe('an office that stands beside a party', () => {
  const parties = [
    { office: offices.mitraLabour, side: 'government' },
    { office: offices.tondano, side: 'bpjs' },
  ];
  const inItsName: [what: string, who: PersonName, body: object][] = [
    [
      'another branch',
      'head-manado',
      { proposer: offices.manado, proposingParty: offices.tondano },
    ],
    [
      'another service of the same government',
      'social-mitra',
      { proposer: offices.mitraSocial, proposingParty: offices.mitraLabour },
    ],
  ];

  test.each(inItsName)(
    'does not propose, and later end, in its name: %s',
    async (_what, who, by) => {
      const reply = await (await api.as(who)).post('/agreements', aPksBody({ parties, ...by }));

      expect(reply.body).toMatchObject({ status: 422, code: 'ProposerApart' });
    },
  );

  test.each([
    [
      'the regional office above a branch',
      'head-kanwil',
      offices.bpjsSuluttenggomalut,
      offices.tondano,
    ],
    ['the legal division', 'legal-mitra', offices.mitraLegal, offices.mitraLabour],
  ] as const)('or above it does: %s', async (_what, who, proposer, proposingParty) => {
    const body = aPksBody({ parties, proposer, proposingParty });
    const reply = await (await api.as(who)).post('/agreements', body);

    expect(reply.status).toBe(201);
  });

  test('does not act on paper through an official of the government above it', async () => {
    const operator = await api.as('admin-operator');
    const added = async (kind: string, name: string, parent: string | null, region: string) =>
      (await operator.post('/offices', { kind, name, parent, region })).body.id as string;
    const province = await added('government', 'Pemerintah Provinsi Contoh', null, '71');
    const regency = await added('government', 'Pemerintah Kabupaten Contoh', province, '71.01');
    const service = await added('opd', 'Dinas Contoh', regency, '71.01');
    const { body: governor } = await operator.post('/office-holders', aHolder(province));
    const { caller } = await somebody(operator, service, 'proposer');
    const { body: made } = await caller.post(
      '/agreements',
      aPksBody({
        region: '71.01',
        proposer: service,
        parties: [
          { office: service, side: 'government' },
          { office: province, side: 'government' },
          { office: offices.tondano, side: 'bpjs' },
        ],
      }),
    );

    const reply = await caller.post(`/agreements/${made.id}/submissions`, {
      actedBy: governor.id,
      evidence: LETTER,
    });

    expect(reply.body).toMatchObject({ status: 422, code: 'HolderWithoutAuthority' });
  });
});

describe('an administrator of another government', () => {
  const ATTEMPTS: [string, (admin: Caller) => Promise<Reply>, status: number][] = [
    ['gives a role', (admin) => admin.post('/users/legal-mitra/memberships', role()), 404],
    ['resets a password', (admin) => admin.post('/users/legal-mitra/password-resets'), 404],
    ['closes an account', (admin) => admin.post('/users/legal-mitra/closings'), 404],
    [
      'corrects an address',
      (admin) => admin.patch('/users/legal-mitra', { email: 'saya@example.test' }),
      404,
    ],
    [
      'sets somebody up by the address',
      (admin) =>
        admin.post('/set-ups', {
          offices: { root: { kind: 'government', name: 'Pemerintah Kabupaten Minahasa' } },
          accounts: {
            one: {
              name: 'Contoh',
              email: 'legal-mitra@example.test',
              office: 'root',
              role: 'inspector',
            },
          },
        }),
      409,
    ],
    [
      'sets itself up elsewhere',
      (admin) =>
        admin.post('/set-ups', {
          offices: { root: { kind: 'government', name: 'Pemerintah Kabupaten Minahasa Tenggara' } },
          ownRoles: { one: { office: 'root', role: 'legal' } },
        }),
      403,
    ],
    [
      'renames an office',
      (admin) => admin.patch(`/offices/${offices.mitra}`, { name: 'Milik Kami' }),
      404,
    ],
    [
      'adds an office',
      (admin) => admin.post('/offices', { kind: 'opd', name: 'Dinas', parent: offices.mitra }),
      403,
    ],
    ['appoints somebody', (admin) => admin.post('/office-holders', aHolder()), 403],
    [
      'relieves somebody',
      (admin) => admin.post(`/office-holders/${holders.labourHeadMitra}/endings`, { until: TODAY }),
      404,
    ],
    [
      'takes over for somebody',
      (admin) =>
        admin.post('/office-holders', {
          ...aHolder(offices.minahasaLabour),
          replaces: holders.labourHeadMitra,
        }),
      422,
    ],
  ];

  test.each(ATTEMPTS)('%s there in vain, and nothing changes', async (_what, attempt, status) => {
    const before = await peopleAndPlaces();

    const { body } = await attempt(await api.as('admin-minahasa'));

    expect(body.status).toBe(status);
    expect(await peopleAndPlaces()).toEqual(before);
  });

  test('makes no role longer that the operator’s people had in its own offices', async () => {
    const operator = await api.as('admin-operator');
    const helper = await somebody(operator, offices.operator, 'inspector');
    await operator.post(`/users/${helper.id}/memberships`, role(offices.minahasaLegal, 'legal'));
    const [given] = await api.rows(
      `select id from membership where user_id = $1 and role = 'legal'`,
      [helper.id],
    );
    await operator.post(`/memberships/${given.id}/endings`, { until: 'now' });
    const admin = await api.as('admin-minahasa');

    const longer = await admin.post(`/memberships/${given.id}/endings`, { until: '2030-12-31' });

    expect(longer.body).toMatchObject({ status: 404, code: 'NotFound' });
    expect(
      await api.rows('select until_day::text as until from membership where id = $1', [given.id]),
    ).toEqual([{ until: '2024-01-07' }]);
  });

  async function peopleAndPlaces(): Promise<unknown> {
    const [row] = await api.rows(`select
      (select md5(string_agg(t::text, ',' order by id)) from membership t) as roles,
      (select md5(string_agg(t::text, ',' order by id)) from office t) as offices,
      (select md5(string_agg(t::text, ',' order by id)) from office_holder t) as holders,
      (select md5(string_agg(concat(email, home_id, closed_at), ',' order by id)) from auth."user" t) as users,
      (select md5(string_agg(password, ',' order by id)) from auth.account t) as passwords`);
    return row;
  }
});

describe('an administrator of a part of a government', () => {
  let above: Caller;
  let district: string;
  let admin: Caller;
  let adminId: string;
  beforeAll(async () => {
    above = await api.as('admin-mitra');
    const office = { kind: 'district', name: 'Kecamatan Ratahan', parent: offices.mitra };
    district = (await above.post('/offices', office)).body.id;
    ({ caller: admin, id: adminId } = await somebody(above, district, 'administrator'));
  });

  test.each([['setda-division'], ['bkad'], ['inspektorat']])(
    'adds no office from which the whole government is reached: %s',
    async (kind) => {
      const office = { kind, name: `Contoh ${kind}`, parent: district };

      const added = await admin.post('/offices', office);
      const setUp = await admin.post('/set-ups', {
        offices: {
          root: { kind: 'government', name: 'Pemerintah Kabupaten Minahasa Tenggara' },
          district: { kind: 'district', name: 'Kecamatan Ratahan', parent: 'root' },
          one: { kind, name: `Contoh ${kind}`, parent: 'district' },
        },
      });
      const byAll = await above.post('/offices', office);

      expect(added.body).toMatchObject({ status: 403, code: 'OfficeNotYours' });
      expect(setUp.body).toMatchObject({ status: 403, errors: [{ field: 'offices.one.parent' }] });
      expect(byAll.status).toBe(201);
    },
  );

  test('is held by PostgreSQL itself to what is below', async () => {
    const { id } = await somebody(above, district, 'village-operator');
    await above.post(`/users/${id}/memberships`, role(offices.mitraLegal, 'legal'));
    const [given] = await api.rows(
      `update membership set until_day = $2 where user_id = $1 and office_id = $3 returning id`,
      [id, TODAY, district],
    );
    const office = (
      kind: string,
    ) => `insert into office (id, kind, name, parent_id, institution_id, path)
      values (gen_random_uuid(), '${kind}', 'Contoh', '${district}', gen_random_uuid(), '{}')`;
    const longer = `update membership set until_day = '2030-12-31' where id = '${given.id}'`;
    const shorter = `update membership set until_day = '2024-01-07' where id = '${given.id}'`;
    const password = `select 1 / (reset_password('${id}', 'x') is not null)::int`;

    const outcomes = [
      await outcomeFor(adminId, office('village')),
      await outcomeFor(adminId, office('setda-division')),
      await outcomeFor(adminId, longer),
      await outcomeFor(adminId, shorter),
      await outcomeFor(adminId, password),
      await outcomeFor('admin-mitra', password),
    ];

    const [denied, divided] = ['42501', '22012'];
    expect(outcomes).toEqual(['done', denied, denied, 'done', divided, 'done']);
  });

  test('does not take over the account of somebody who has a role above', async () => {
    const { id } = await somebody(above, district, 'village-operator');
    const alone = await admin.post(`/users/${id}/password-resets`);
    await above.post(`/users/${id}/memberships`, role(offices.mitraLegal, 'legal'));

    const replies = [
      await admin.post(`/users/${id}/password-resets`),
      await admin.patch(`/users/${id}`, { email: 'camat-baru@example.test' }),
      await admin.post(`/users/${id}/closings`),
      await admin.post(`/users/${id}/memberships`, role(district, 'inspector')),
    ];
    const seen = await allPages(admin, '/users?limit=100');
    const byAll = await above.post(`/users/${id}/password-resets`);

    expect(alone.status).toBe(201);
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(seen.find((each) => each.id === id)).toMatchObject({ email: null });
    expect(byAll.status).toBe(201);
  });

  test('has no mail sent to its own people about agreements of the government', async () => {
    await somebody(admin, district, 'legal');
    const { id, at } = await proposed(api);
    const given = { office: offices.mitraLabour, reason: 'Ditunda' };
    await (await api.as('legal-mitra')).post(`${at}/withdrawals`, given);

    const { body } = await above.get(`/outbox?agreement=${id}`);

    const readers = (body.items as { readers: { office: string }[] }[]).flatMap((mail) =>
      mail.readers.map(({ office }) => office),
    );
    expect(new Set(readers)).toEqual(
      new Set(['Dinas Tenaga Kerja dan Transmigrasi', 'Bagian Hukum']),
    );
  });
});

describe('an official who has left', () => {
  test('does nothing more in an open browser, nor by an old key', async () => {
    const admin = await api.as('admin-mitra');
    const { id, caller } = await somebody(admin, offices.mitraLabour, 'proposer');
    const key = { 'Idempotency-Key': randomUUID() };
    const made = await caller.post('/agreements', aPksBody(), key);
    const [held] = await api.rows('select id from membership where user_id = $1', [id]);
    await admin.post(`/memberships/${held.id}/endings`, { until: 'now' });

    const replies = [
      await caller.post('/agreements', aPksBody(), key),
      await caller.get(`/agreements/${made.body.id}`),
      await caller.post(`/agreements/${made.body.id}/submissions`),
      await caller.get('/outbox'),
    ];

    expect(made.status).toBe(201);
    expect(replies.map(({ body }) => body.code)).toEqual(Array(4).fill('NotPermitted'));
  });

  test('reads no more of the mail that was meant for the office', async () => {
    const { id } = await proposed(api);
    await api.rows(
      `insert into outbox (id, agreement_id, cause_key, template, content, office_id, user_id, to_address,
         message_id, not_before, request_id, business_day, state, offices)
       values (gen_random_uuid(), $1, 'moved', 'your-turn', '{"stage":"proposal"}', $2, 'social-mitra',
         'x@example.test', 'moved', now(), 'req-x', $3, 'not-sent', array[$2::uuid])`,
      [id, offices.mitraLabour, TODAY],
    );

    const { body } = await (await api.as('social-mitra')).get(`/outbox?agreement=${id}`);

    expect(body.items).toEqual([]);
  });

  test('does not come back into office by the account that records the signature', async () => {
    const [legal, proposer] = [await api.as('legal-mitra'), await api.as('proposer-mitra')];
    const { at } = await inSigning(api);
    const left = await aNewHead(await api.as('admin-mitra'));
    await (
      await api.as('admin-mitra')
    ).post(`/office-holders/${left}/endings`, {
      until: '2024-01-02',
    });
    const signature = {
      office: offices.mitraLabour,
      party: offices.mitraLabour,
      actedBy: left,
      signedOn: TODAY,
    };

    const gone = await legal.post(`${at}/signatures`, signature);
    const longer = await legal.post(`/office-holders/${left}/endings`, { until: '2030-12-31' });
    const alone = await legal.post(`${at}/signatures`, signature);
    const byAnother = await proposer.post(`${at}/signatures`, signature);

    expect(gone.body).toMatchObject({ status: 422, code: 'SignatoryWithoutAuthority' });
    expect(longer.status).toBe(200);
    expect(alone.body).toMatchObject({ status: 409, code: 'HolderEnteredByYou' });
    expect(byAnother.status).toBe(200);
  });

  test('approves nothing on paper, and signs on a day in office only what was there', async () => {
    const admin = await api.as('admin-mitra');
    const [approval, signature] = [await inApproval(api), await inSigning(api)];
    const before = { ...aHolder(offices.mitraLegal), from: '2020-02-01', until: '2023-12-31' };
    const approver = (await admin.post('/office-holders', before)).body.id as string;
    const signer = (
      await admin.post('/office-holders', {
        ...before,
        office: offices.mitraLabour,
        signs: ['pks'],
      })
    ).body.id as string;
    const legal = await api.as('legal-mitra');
    const proposer = await api.as('proposer-mitra');
    const signing = { party: offices.mitraLabour, actedBy: signer };

    const onPaper = await legal.post(`${approval.at}/approvals`, {
      step: 'hukum',
      actedBy: approver,
      evidence: LETTER,
    });
    const today = await proposer.post(`${signature.at}/signatures`, {
      ...signing,
      signedOn: TODAY,
    });
    const backdated = await proposer.post(`${signature.at}/signatures`, {
      ...signing,
      signedOn: '2023-12-31',
    });

    expect(onPaper.body).toMatchObject({ status: 422, code: 'HolderWithoutAuthority' });
    expect(today.body).toMatchObject({ status: 422, code: 'SignatoryWithoutAuthority' });
    expect(backdated.body).toMatchObject({ status: 422, code: 'PaperOlderThanText' });
  });

  test('enters no more when the account is closed, with no session and no old password', async () => {
    const admin = await api.as('admin-mitra');
    const { id, email, caller } = await somebody(admin, offices.mitraLabour, 'proposer');
    await admin.post(`/users/${id}/closings`);

    const session = await caller.get('/session');

    expect(session.body).toMatchObject({ status: 401, code: 'NotSignedIn' });
    await expect(api.signIn(email, OWN_PASSWORD)).rejects.toThrow('401');
  });
});

const OWN_PASSWORD = 'kata sandi yang dipilih sendiri';

/** An account with one role, and its browser. */
async function somebody(admin: Caller, office: string, given: string) {
  const email = `${randomUUID()}@example.test`;
  const { body } = await admin.post('/users', {
    name: 'Contoh Seseorang',
    email,
    memberships: [{ office, role: given }],
  });
  const currentPassword = body.oneTimePassword as string;
  const caller = await api.signIn(email, currentPassword);
  await caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword: OWN_PASSWORD }),
    headers: { 'Content-Type': 'application/json' },
  });
  return { id: body.id as string, email, caller };
}

/** The SQLSTATE by which PostgreSQL refuses what the API's role asks for this person, or `done`. Nothing stays. */
async function outcomeFor(userId: string, sql: string): Promise<string> {
  const client = new pg.Client({
    connectionString: urlOf('mapalus_app', api.engine.ownerUrl, TEST_SECRET),
  });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select act_as($1, $2)', [userId, TODAY]);
    await client.query(sql);
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

function role(office: string = offices.minahasa, given = 'inspector') {
  return { office, role: given };
}

function aHolder(office: string = offices.mitraLabour) {
  return {
    office,
    personName: 'Contoh Pejabat',
    position: 'Kepala',
    capacity: 'plt',
    from: TODAY,
    signs: [],
    decree: LETTER,
  };
}

function idsIn({ body }: Reply): string[] {
  return (body.items as { id: string }[]).map(({ id }) => id);
}

function withoutRequest({ status, body }: Reply) {
  return { status, body: { ...body, requestId: '' } };
}
