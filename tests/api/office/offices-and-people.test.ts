/** Sessions, regions, offices, office holders and accounts. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anAgreement } from '../../support/agreements.ts';
import { anApi, ORIGIN } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { recordedAndRunning, recorded } from '../../support/agreements-over-http.ts';
import { allPages } from '../../support/pages.ts';

const TODAY = '2024-01-08';

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

describe('the session', () => {
  test('says who is signed in, where, with what rights, and which day it is', async () => {
    const { body } = await (await api.as('head-tondano')).get('/session');

    expect(body).toMatchObject({
      user: { id: 'head-tondano', name: 'Contoh head-tondano', email: 'head-tondano@example.test' },
      mustChangePassword: false,
      memberships: [
        {
          role: 'branch-head',
          office: { name: 'Kantor Cabang Tondano', institution: 'BPJS Ketenagakerjaan' },
          from: '2020-01-01',
          until: null,
        },
      ],
      installation: { kind: 'training', today: TODAY },
    });
    expect(body.actions).toEqual([
      'office.read',
      'holder.write',
      'user.read',
      'agreement.read',
      'agreement.create',
      'agreement.draft',
      'agreement.approve',
      'agreement.number',
      'agreement.sign',
      'agreement.renew',
      'agreement.end',
      'agreement.agree',
      'agreement.redate',
      'mail.read',
      'mail.send-again',
      'audit.read',
      'clock.advance',
    ]);
  });

  test('of somebody without a role allows nothing', async () => {
    const { body } = await (await api.as('stranger')).get('/session');

    expect(body).toMatchObject({ memberships: [], actions: [] });
  });
});

describe('regions', () => {
  test('are all of Indonesia, by level', async () => {
    const [counted] = await api.rows(`select
      count(*) filter (where level = 1)::int as provinces,
      count(*) filter (where level = 2)::int as regencies,
      count(*) filter (where level = 3)::int as districts,
      count(*) filter (where level = 4)::int as villages from region`);

    expect(counted).toEqual({ provinces: 38, regencies: 514, districts: 7285, villages: 83762 });
  });

  test('are given level by level to their end, each once', async () => {
    const caller = await api.as('stranger');

    const provinces = await allPages(caller, '/regions?level=1&limit=10');
    const regencies = await allPages(caller, '/regions?level=2&limit=100');

    expect(new Set(provinces.map(({ code }) => code)).size).toBe(38);
    expect(new Set(regencies.map(({ code }) => code)).size).toBe(514);
  });

  test('of Minahasa Tenggara are 135 villages and 9 urban villages in 12 districts', async () => {
    const caller = await api.as('stranger');

    const districts = await allPages(caller, '/regions?parent=71.07&limit=100');
    const villages: { code: string }[] = [];
    for (const { code } of districts) {
      villages.push(...(await allPages(caller, `/regions?parent=${code}&limit=100`)));
    }

    // In the ministry's codes a village's last part begins with 2, an urban village's with 1.
    const beginningWith = (digit: string) =>
      villages.filter(({ code }) => code.split('.')[3]?.startsWith(digit)).length;
    expect(districts).toHaveLength(12);
    expect([beginningWith('2'), beginningWith('1')]).toEqual([135, 9]);
  });

  test.each([
    ['Minahasa Tenggara', '71.07', 'Asia/Makassar'],
    ['Jakarta Pusat', '31.71', 'Asia/Jakarta'],
    ['Jayapura', '91.03', 'Asia/Jayapura'],
    ['Pontianak', '61.71', 'Asia/Jakarta'],
    ['Banjarmasin', '63.71', 'Asia/Makassar'],
    ['Ternate', '82.71', 'Asia/Jayapura'],
    ['Denpasar', '51.71', 'Asia/Makassar'],
  ])('keep the time of their place: %s', async (name, code, zone) => {
    const { body } = await (await api.as('stranger')).get(`/regions?level=2&q=${name}&limit=100`);

    expect(body.items).toContainEqual(expect.objectContaining({ code, zone }));
  });

  test.each([
    ['parent=7107', 'parent'],
    ['level=5', 'level'],
    ['level=0', 'level'],
    ['q=', 'q'],
    ['region=71', 'region'],
  ])('are not asked for by %s', async (query, field) => {
    const { body } = await (await api.as('stranger')).get(`/regions?${query}`);

    expect(body).toMatchObject({ status: 422, code: 'InvalidRequest', errors: [{ field }] });
  });
});

describe('offices', () => {
  test('are both trees, page by page, for whoever is signed in', async () => {
    const all = await allPages(await api.as('stranger'), '/offices?limit=5');

    const branch = all.find(({ id }) => id === offices.tondano);
    expect(all).toHaveLength(12);
    expect(branch).toMatchObject({
      kind: 'bpjs-branch',
      name: 'Kantor Cabang Tondano',
      parent: { name: 'Kanwil Sulawesi Maluku' },
      institution: { name: 'BPJS Ketenagakerjaan' },
    });
  });

  test.each([
    ['kind=bpjs-branch', ['Kantor Cabang Manado', 'Kantor Cabang Tondano']],
    ['region=71.71', ['Kantor Cabang Manado']],
    ['q=tenaga k', ['Dinas Tenaga Kerja', 'Dinas Tenaga Kerja dan Transmigrasi']],
    [`institution=${offices.minahasa}&kind=opd`, ['Dinas Tenaga Kerja']],
    ['actingFor=agreement.create', ['Dinas Tenaga Kerja dan Transmigrasi']],
  ])('are filtered by %s', async (query, names) => {
    const { body } = await (await api.as('proposer-mitra')).get(`/offices?${query}`);

    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test('are added below one’s own, with their institution, and written down', async () => {
    const admin = await api.as('admin-mitra');

    const added = await admin.post('/offices', {
      kind: 'district',
      name: 'Kecamatan Ratahan',
      parent: offices.mitra,
      region: '71.07.01',
      mailbox: 'ratahan@example.test',
    });

    const [event] = await api.rows(
      `select event from audit_event where office_id = $1 order by id desc limit 1`,
      [added.body.id],
    );
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe(`/api/v1/offices/${added.body.id}`);
    expect(added.body).toMatchObject({
      region: '71.07.01',
      parent: { id: offices.mitra },
      institution: { id: offices.mitra },
      mailbox: 'ratahan@example.test',
    });
    expect(event.event).toMatchObject({
      events: [{ kind: 'office-added' }],
      by: { userId: 'admin-mitra' },
    });
  });

  test('get another name and mailbox', async () => {
    const admin = await api.as('admin-minahasa');

    const changed = await admin.patch(`/offices/${offices.minahasaLegal}`, {
      name: 'Bagian Hukum dan HAM',
      mailbox: 'hukum@example.test',
    });

    expect(changed.body).toMatchObject({
      name: 'Bagian Hukum dan HAM',
      mailbox: 'hukum@example.test',
    });
  });

  const added = { kind: 'opd', name: 'Dinas Contoh', parent: offices.mitra };
  test.each([
    ['a name that is taken', { ...added, name: 'Dinas Sosial' }, 409, 'NameTaken', 'name'],
    ['a region that is none', { ...added, region: '99' }, 422, 'RegionUnknown', 'region'],
    ['a foreign parent', { ...added, parent: offices.minahasa }, 403, 'OfficeNotYours', 'parent'],
    ['a parent that is none', { ...added, parent: randomUUID() }, 403, 'OfficeNotYours', 'parent'],
    ['a new root', { ...added, parent: null }, 403, 'OfficeNotYours', 'parent'],
    [
      'a government beside the others',
      { ...added, kind: 'government' },
      403,
      'OfficeNotYours',
      'parent',
    ],
    [
      'a branch of BPJS below a government',
      { ...added, kind: 'bpjs-branch' },
      422,
      'OfficeMisplaced',
      'kind',
    ],
    [
      'the place from which everything is reached',
      { ...added, kind: 'operator' },
      422,
      'InvalidRequest',
      'kind',
    ],
    ['another kind', { ...added, kind: 'ministry' }, 422, 'InvalidRequest', 'kind'],
    ['no address', { ...added, mailbox: 'x' }, 422, 'InvalidRequest', 'mailbox'],
  ])('are not added with %s', async (_what, body, status, code, field) => {
    const reply = await (await api.as('admin-mitra')).post('/offices', body);

    expect(reply.body).toMatchObject({ status, code, errors: [{ field }] });
  });

  test('that are roots are added by the operator alone, each name once', async () => {
    const operator = await api.as('admin-operator');
    const root = { kind: 'government', name: 'Pemerintah Kabupaten Contoh', region: '71.05' };

    const first = await operator.post('/offices', root);
    const second = await operator.post('/offices', root);

    expect(first.body).toMatchObject({ institution: { id: first.body.id }, parent: null });
    expect(second.body).toMatchObject({ status: 409, code: 'NameTaken' });
    const adrift = await operator.post('/offices', { kind: 'opd', name: 'Dinas Tanpa Induk' });
    expect(adrift.body).toMatchObject({ status: 422, code: 'OfficeMisplaced' });
  });

  test('do not take a name that another has', async () => {
    const admin = await api.as('admin-mitra');

    const reply = await admin.patch(`/offices/${offices.mitraLabour}`, { name: 'Dinas Sosial' });

    expect(reply.body).toMatchObject({
      status: 409,
      code: 'NameTaken',
      errors: [{ field: 'name' }],
    });
  });
});

describe('office holders', () => {
  const newcomer = {
    office: offices.mitraLabour,
    personName: 'Contoh Kadis Baru',
    position: 'Kepala Dinas',
    capacity: 'definitif',
    from: '2024-02-01',
    signs: ['pks'],
    decree: { number: '821/7/2024', date: '2024-01-25' },
  };

  test('are those of one’s own offices and of the other side of one’s agreements', async () => {
    const before = await allPages(await api.as('head-manado'), '/office-holders?limit=1');
    await recorded(
      api,
      anAgreement({
        on: TODAY,
        parties: [
          { id: offices.mitraLabour, side: 'government', outside: false },
          { id: offices.manado, side: 'bpjs', outside: false },
        ],
      }),
    );

    const after = await allPages(await api.as('head-manado'), '/office-holders?limit=1');

    expect(before.map(({ personName }) => personName)).toEqual(['Contoh Kepala Lain']);
    // The regent and the acting one, too: they may sign for their offices. Not the head of the office that is
    // only asked for its approval.
    expect(after.map(({ personName }) => personName)).toEqual([
      'Contoh Bupati',
      'Contoh Kadis',
      'Contoh Kepala Lain',
      'Contoh Penjabat',
    ]);
  });

  test('who may sign for an office are its own and those above it', async () => {
    const { body } = await (
      await api.as('proposer-mitra')
    ).get(`/office-holders?signsFor=${offices.mitraLabour}&on=2024-01-08`);

    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([
      holders.labourHeadMitra,
      holders.actingRegentMitra,
    ]);
  });

  test('replace one another: the time of the one before ends the day before, and no agreement with it', async () => {
    const { at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const legal = await api.as('legal-mitra');

    const appointed = await legal.post('/office-holders', {
      ...newcomer,
      replaces: holders.labourHeadMitra,
    });
    const { body } = await legal.get(`/office-holders?office=${offices.mitraLabour}`);
    const agreement = await legal.get(at);

    expect(appointed.status).toBe(201);
    expect(body.items).toMatchObject([
      { id: holders.labourHeadMitra, until: '2024-01-31' },
      { id: appointed.body.id, from: '2024-02-01', until: null },
    ]);
    expect(agreement.body).toMatchObject({
      stage: 'proposal',
      handovers: [{ incoming: 'Contoh Kadis Baru', doneOn: null }],
    });
  });

  test('take over when the hand-over is done, once', async () => {
    const legal = await api.as('legal-mitra');
    const [handover] = await api.rows('select id from handover where outgoing_id = $1', [
      holders.labourHeadMitra,
    ]);

    const done = await legal.post(`/handovers/${handover.id}/completions`);
    const again = await legal.post(`/handovers/${handover.id}/completions`);

    const [row] = await api.rows('select done_on::text, done_by from handover where id = $1', [
      handover.id,
    ]);
    expect([done.status, again.status]).toEqual([204, 204]);
    expect(row).toEqual({ done_on: TODAY, done_by: 'legal-mitra' });
  });

  test('leave on their last day', async () => {
    const legal = await api.as('legal-mitra');

    const relieved = await legal.post(`/office-holders/${holders.legalHeadMitra}/endings`, {
      until: '2024-06-30',
    });

    expect(relieved.body).toMatchObject({ id: holders.legalHeadMitra, until: '2024-06-30' });
  });

  test.each([
    ['for a foreign office', { office: offices.tondano }, 403, 'OfficeNotYours', 'office'],
    ['until before they came', { until: '2024-01-31' }, 422, 'TenureReversed', 'until'],
    ['with an account nobody knows', { userId: 'nobody' }, 422, 'UserUnknown', 'userId'],
    ['with a foreign account', { userId: 'proposer-minahasa' }, 422, 'UserUnknown', 'userId'],
    ['in place of nobody', { replaces: randomUUID() }, 422, 'HolderUnknown', 'replaces'],
    [
      'in place of another office',
      { replaces: holders.regentMitra },
      422,
      'HolderUnknown',
      'replaces',
    ],
    [
      'before the one they replace',
      { from: '2019-12-31', replaces: holders.labourHeadMitra },
      422,
      'TenureReversed',
      'until',
    ],
    ['in a capacity that is none', { capacity: 'pjs' }, 422, 'InvalidRequest', 'capacity'],
  ])('are not appointed %s', async (_what, only, status, code, field) => {
    const legal = await api.as('legal-mitra');

    const reply = await legal.post('/office-holders', { ...newcomer, ...only });

    expect(reply.body).toMatchObject({ status, code, errors: [{ field }] });
  });

  describe('with an account', () => {
    let admin: Caller;
    let roles: { id: string; role: string }[];
    let account: string;
    let holder: string;
    let office: string;
    beforeEach(async () => {
      const tag = randomUUID().slice(0, 8);
      admin = await api.as('admin-minahasa');
      const body = { kind: 'opd', name: `Dinas ${tag}`, parent: offices.minahasa };
      office = (await admin.post('/offices', body)).body.id;
      const made = await admin.post('/users', {
        name: `Contoh ${tag}`,
        email: `${tag}@example.test`,
        memberships: [
          { office, role: 'proposer', from: '2024-01-01' },
          { office: offices.minahasaLabour, role: 'treasurer', from: '2024-01-01' },
        ],
      });
      account = made.body.id;
      roles = made.body.memberships;
      const appointed = await admin.post('/office-holders', {
        ...newcomer,
        office,
        from: '2024-01-02',
        userId: account,
      });
      holder = appointed.body.id;
    });
    const untilOf = async (user: string) =>
      Object.fromEntries(
        (
          await api.rows<{ role: string; until: string | null }>(
            'select role, until_day::text as until from membership where user_id = $1',
            [user],
          )
        ).map(({ role, until }) => [role, until]),
      );

    test('show its roles, and lose them with their office', async () => {
      const { body } = await admin.get(`/office-holders?office=${office}`);
      const relieved = await admin.post(`/office-holders/${holder}/endings`, {
        until: '2024-01-31',
      });

      const listed = body.items[0].roles.map(({ role }: { role: string }) => role).sort();
      const ended = relieved.body.endedRoles.map(({ role }: { role: string }) => role).sort();
      expect(listed).toEqual(['proposer', 'treasurer']);
      expect(ended).toEqual(['proposer', 'treasurer']);
      expect(await untilOf(account)).toEqual({ proposer: '2024-01-31', treasurer: '2024-01-31' });
    });

    test('lose them to their successor, but for the one that is kept on purpose', async () => {
      const kept = roles.find(({ role }) => role === 'treasurer')?.id;

      const appointed = await admin.post('/office-holders', {
        ...newcomer,
        office,
        replaces: holder,
        keepRoles: [kept],
      });

      expect(appointed.body.endedRoles).toMatchObject([{ role: 'proposer', until: '2024-01-31' }]);
      expect(await untilOf(account)).toEqual({ proposer: '2024-01-31', treasurer: null });
    });

    test('keep the role of an administrator when somebody else relieves them', async () => {
      const operator = await api.as('admin-operator');
      await operator.post(`/users/${account}/memberships`, { office, role: 'administrator' });
      const legal = await api.as('legal-minahasa');

      const relieved = await legal.post(`/office-holders/${holder}/endings`, {
        until: '2024-01-31',
      });

      expect(relieved.status).toBe(200);
      expect(await untilOf(account)).toMatchObject({
        administrator: null,
        proposer: '2024-01-31',
      });
    });

    test('are not shown to those who may not end them', async () => {
      const { body } = await (
        await api.as('inspector-minahasa')
      ).get(`/office-holders?office=${office}`);

      expect(body.items).toMatchObject([{ id: holder, roles: [] }]);
    });

    test('cannot be linked to an account of another institution', async () => {
      await api.rows(`insert into membership (id, user_id, office_id, role, from_day) values
        (gen_random_uuid(), 'inspector-mitra', '${offices.minahasa}', 'legal', '2023-01-01')
        on conflict do nothing`);

      const reply = await admin.post('/office-holders', {
        ...newcomer,
        office,
        userId: 'inspector-mitra',
        alongside: true,
      });

      expect(reply.body).toMatchObject({ code: 'UserUnknown', errors: [{ field: 'userId' }] });
    });

    test('are questioned when another definitively holds the office at the same time', async () => {
      const second = { ...newcomer, office, personName: 'Contoh Kedua' };

      const questioned = await admin.post('/office-holders', second);
      const acting = await admin.post('/office-holders', { ...second, capacity: 'plt' });
      const confirmed = await admin.post('/office-holders', { ...second, alongside: true });

      expect(questioned.body).toMatchObject({
        status: 409,
        code: 'HolderAlready',
        errors: [{ field: 'alongside' }],
        detail: expect.stringContaining('Contoh Kadis Baru'),
      });
      expect([acting.status, confirmed.status]).toEqual([201, 201]);
    });

    test('are questioned when a longer time runs into the next one’s', async () => {
      await admin.post('/office-holders', { ...newcomer, office, replaces: holder });

      const longer = await admin.post(`/office-holders/${holder}/endings`, {
        until: '2024-02-15',
      });

      expect(longer.body).toMatchObject({ status: 409, code: 'HolderAlready' });
    });

    test('two entered at once are one and a question', async () => {
      const other = (
        await admin.post('/offices', {
          kind: 'opd',
          name: `Dinas ${randomUUID()}`,
          parent: offices.minahasa,
        })
      ).body.id;

      const replies = await Promise.all(
        ['Satu', 'Dua'].map((personName) =>
          admin.post('/office-holders', { ...newcomer, office: other, personName }),
        ),
      );

      expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    });
  });

  test('are not relieved before they came', async () => {
    const legal = await api.as('legal-mitra');

    const reply = await legal.post(`/office-holders/${holders.regentMitra}/endings`, {
      until: '2025-02-19',
    });

    expect(reply.body).toMatchObject({
      status: 422,
      code: 'TenureReversed',
      detail: 'Hari terakhir (19 Februari 2025) mendahului hari pertama (20 Februari 2025).',
    });
  });
});

describe('accounts', () => {
  const NEWCOMER = 'baru@example.test';
  let admin: Caller;
  beforeAll(async () => {
    admin = await api.as('admin-mitra');
  });

  test('begin with a password for one use, which has to be changed first', async () => {
    const made = await admin.post('/users', {
      name: 'Contoh Baru',
      email: 'Baru@Example.test',
      memberships: [{ office: offices.mitraSocial, role: 'proposer' }],
    });
    const password = made.body.oneTimePassword as string;
    const newcomer = await api.signIn(NEWCOMER, password);

    const session = await newcomer.get('/session');
    const tooEarly = await newcomer.get('/agreements');
    const changed = await changePassword(newcomer, password, 'kata sandi yang baru');
    const afterwards = await newcomer.get('/agreements');

    expect(made.status).toBe(201);
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(session.body).toMatchObject({ mustChangePassword: true });
    expect(tooEarly.body).toMatchObject({
      status: 403,
      code: 'PasswordChangeRequired',
      detail: 'Ganti kata sandi sekali pakai Anda sebelum melanjutkan.',
    });
    expect(changed.status).toBe(200);
    expect(afterwards.status).toBe(200);
  });

  test('are listed with their roles for their own administrators', async () => {
    const { body } = await admin.get('/users?q=baru');
    const foreign = await (await api.as('admin-minahasa')).get('/users?q=baru');

    expect(body.items).toMatchObject([
      { name: 'Contoh Baru', email: NEWCOMER, memberships: [{ role: 'proposer' }] },
    ]);
    expect(foreign.body.items).toEqual([]);
  });

  test('are given page by page', async () => {
    const everybody = await allPages(admin, '/users?limit=2');
    const ofLabour = await allPages(admin, `/users?limit=1&office=${offices.mitraLabour}`);

    expect(everybody.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['admin-mitra', 'legal-mitra', 'social-mitra']),
    );
    expect(new Set(everybody.map(({ id }) => id)).size).toBe(everybody.length);
    expect(ofLabour.map(({ id }) => id)).toEqual(['proposer-mitra', 'treasurer-mitra']);
  });

  test('may have the same role asked for twice', async () => {
    const role = { office: offices.mitra, role: 'inspector' };

    const made = await admin.post('/users', {
      name: 'Contoh Dua Kali',
      email: 'duakali@example.test',
      memberships: [role, role],
    });

    expect(made.status).toBe(201);
    expect(made.body.memberships).toHaveLength(1);
  });

  test.each([
    [
      'an address that is taken',
      { email: 'proposer-minahasa@example.test' },
      409,
      'EmailTaken',
      'email',
    ],
    [
      'an address in other letters',
      { email: 'Legal-Mitra@example.test' },
      409,
      'EmailTaken',
      'email',
    ],
    ['no address', { email: 'x' }, 422, 'InvalidRequest', 'email'],
    ['no role', { memberships: [] }, 422, 'InvalidRequest', 'memberships'],
    [
      'a role that is none',
      { memberships: [{ office: offices.mitra, role: 'superuser' }] },
      422,
      'InvalidRequest',
      'memberships.0.role',
    ],
    [
      'a role elsewhere',
      { memberships: [{ office: offices.minahasa, role: 'legal' }] },
      403,
      'OfficeNotYours',
      'office',
    ],
  ])('are not made with %s', async (_what, only, status, code, field) => {
    const reply = await admin.post('/users', {
      name: 'Contoh Lain',
      email: 'lain@example.test',
      memberships: [{ office: offices.mitra, role: 'legal' }],
      ...only,
    });

    expect(reply.body).toMatchObject({ status, code, errors: [{ field }] });
  });

  test('get another address when the first was mistyped, and sign in by it', async () => {
    const { body: made } = await admin.post('/users', {
      name: 'Contoh Salah Ketik',
      email: 'salha.ketik@example.test',
      memberships: [{ office: offices.mitra, role: 'inspector' }],
    });

    const corrected = await admin.patch(`/users/${made.id}`, { email: 'Salah.Ketik@example.test' });
    const taken = await admin.patch(`/users/${made.id}`, { email: 'Legal-Mitra@example.test' });
    const foreign = await admin.patch('/users/legal-minahasa', { email: 'x@example.test' });
    const signedIn = api.signIn('salah.ketik@example.test', made.oneTimePassword);
    const audited = await api.rows(
      `select event #> '{events,0}' as what from audit_event
       where event #>> '{events,0,kind}' = 'email-corrected'`,
    );

    expect(corrected).toMatchObject({ status: 200, body: { email: 'salah.ketik@example.test' } });
    expect(taken.body).toMatchObject({
      status: 409,
      code: 'EmailTaken',
      errors: [{ field: 'email' }],
    });
    expect(foreign.status).toBe(404);
    await expect(signedIn).resolves.toBeDefined();
    expect(audited).toEqual([
      {
        what: {
          kind: 'email-corrected',
          user: made.id,
          fields: ['email'],
          before: {},
          after: {},
        },
      },
    ]);
  });

  test('are made once, however many administrators are quick', async () => {
    const account = {
      name: 'Contoh Serentak',
      email: 'serentak@example.test',
      memberships: [{ office: offices.mitra, role: 'legal' }],
    };

    const replies = await Promise.all(
      Array.from({ length: 6 }, () => admin.post('/users', account)),
    );

    const made = replies.filter(({ status }) => status === 201);
    const refused = replies.filter(({ body }) => body.code === 'EmailTaken');
    expect([made.length, refused.length]).toEqual([1, 5]);
  });

  test('get another role, which counts from the next request on', async () => {
    const treasurer = await api.as('treasurer-mitra');
    const office = { office: offices.mitraLabour, role: 'proposer' };
    const body = { kind: 'pks' };

    const before = await treasurer.post('/agreements', body);
    const given = await admin.post('/users/treasurer-mitra/memberships', office);
    const afterwards = await treasurer.post('/agreements', body);

    expect(before.body).toMatchObject({ status: 403, code: 'NotPermitted' });
    expect(given.body.memberships).toHaveLength(2);
    expect(afterwards.body).toMatchObject({ status: 422, code: 'InvalidRequest' });
  });

  test('lose a role at once when its last day lies behind', async () => {
    const treasurer = await api.as('treasurer-mitra');
    const [role] = await api.rows(
      `select id from membership where user_id = 'treasurer-mitra' and role = 'treasurer'`,
    );
    const [other] = await api.rows(
      `update membership set from_day = '2024-01-01'
       where user_id = 'treasurer-mitra' and role = 'proposer' returning id`,
    );
    const before = await treasurer.get('/agreements');

    const until = { until: '2024-01-07' };
    const ended = await admin.post(`/memberships/${role.id}/endings`, until);
    await admin.post(`/memberships/${other.id}/endings`, until);
    const afterwards = await treasurer.get('/agreements');
    const session = await treasurer.get('/session');

    expect([before.status, ended.status, afterwards.status]).toEqual([200, 204, 403]);
    expect(session.body).toMatchObject({ memberships: [], actions: [] });
  });

  test('are given a role for a time, which ends by itself', async () => {
    const office = { office: offices.mitraLabour, role: 'inspector' };
    const of = '/users/inspector-mitra/memberships';
    const rolesNow = async () =>
      (await (await api.as('inspector-mitra')).get('/session')).body.memberships.map(
        ({ role, until }: { role: string; until: string | null }) => [role, until],
      );

    const reversed = await admin.post(of, { ...office, until: '2024-01-07' });
    const given = await admin.post(of, { ...office, until: '2024-01-09' });
    await api.engine.setClock('2024-01-09');
    const through = await rolesNow();
    await api.engine.setClock('2024-01-10');
    const after = await rolesNow();
    await api.engine.setClock(TODAY);

    expect(reversed.body).toMatchObject({ code: 'TenureReversed', errors: [{ field: 'until' }] });
    expect(given.status).toBe(201);
    expect(through).toContainEqual(['inspector', '2024-01-09']);
    expect(after).not.toContainEqual(['inspector', '2024-01-09']);
  });

  test('are given a role anew on the day it was ended by mistake', async () => {
    const role = { office: offices.mitraSocial, role: 'treasurer' };
    const of = '/users/desk-mitra/memberships';
    const rolesTomorrow = async () => {
      await api.engine.setClock('2024-01-09');
      const { body } = await (await api.as('desk-mitra')).get('/session');
      await api.engine.setClock(TODAY);
      return body.memberships.map(({ role: name }: { role: string }) => name);
    };

    await admin.post(of, role);
    const [{ id }] = await api.rows(
      `select id from membership where user_id = 'desk-mitra' and role = 'treasurer'`,
    );
    await admin.post(`/memberships/${id}/endings`);
    const ended = await rolesTomorrow();
    const again = await admin.post(of, role);

    expect(ended).not.toContain('treasurer');
    expect(again.status).toBe(201);
    expect(await rolesTomorrow()).toContain('treasurer');
  });

  test('keep a role through its last day', async () => {
    const [role] = await api.rows(`select id from membership where user_id = 'social-mitra'`);

    await admin.post(`/memberships/${role.id}/endings`);
    const today = await (await api.as('social-mitra')).get('/agreements');
    await api.engine.setClock('2024-01-09');
    const tomorrow = await (await api.as('social-mitra')).get('/agreements');
    await api.engine.setClock(TODAY);

    expect([today.status, tomorrow.status]).toEqual([200, 403]);
  });

  test('get a new password for one use, and their open pages are signed out', async () => {
    const desk = await api.as('desk-mitra');
    const before = await desk.get('/session');

    const reset = await admin.post('/users/desk-mitra/password-resets');
    const afterwards = await desk.get('/session');
    const again = await api.signIn('desk-mitra@example.test', reset.body.oneTimePassword);
    const session = await again.get('/session');

    expect([before.status, reset.status, afterwards.status]).toEqual([200, 201, 401]);
    expect(session.body).toMatchObject({ mustChangePassword: true });
    await expect(api.signIn('desk-mitra@example.test')).rejects.toThrow('401');
  });

  test('are given no role by another government, which learns nothing of them', async () => {
    const foreign = await api.as('admin-minahasa');
    const role = { office: offices.minahasa, role: 'inspector' };

    const given = await foreign.post('/users/legal-mitra/memberships', role);
    const nobody = await foreign.post('/users/no-such-user/memberships', role);

    expect(given.body).toMatchObject({ status: 404, code: 'NotFound' });
    expect({ ...given.body, requestId: '' }).toEqual({ ...nobody.body, requestId: '' });
    expect((await admin.post('/users/legal-mitra/password-resets')).status).toBe(201);
  });

  test('are given no role in another government, also by the operator', async () => {
    const operator = await api.as('admin-operator');
    const elsewhere = { office: offices.minahasa, role: 'inspector' };

    const given = await operator.post('/users/inspector-mitra/memberships', elsewhere);
    const made = await operator.post('/users', {
      name: 'Contoh Dua Lembaga',
      email: 'dualembaga@example.test',
      memberships: [{ office: offices.mitra, role: 'inspector' }, elsewhere],
    });
    const ownRole = await operator.post('/users/admin-operator/memberships', elsewhere);

    for (const { body } of [given, made]) {
      expect(body).toMatchObject({
        status: 422,
        code: 'OfficeElsewhere',
        errors: [{ field: 'office' }],
      });
    }
    expect(await api.rows(`select from auth."user" where name = 'Contoh Dua Lembaga'`)).toEqual([]);
    expect(ownRole.status).toBe(201);
  });

  test('stay with the administrators of their home, whatever role they have elsewhere', async () => {
    await api.rows(`insert into membership (id, user_id, office_id, role, from_day)
      values (gen_random_uuid(), 'approver-mitra', '${offices.minahasa}', 'legal', '2023-01-01')`);
    const foreign = await api.as('admin-minahasa');

    const seen = await foreign.get('/users?q=approver-mitra');
    const byAddress = await foreign.get('/users?q=approver-mitra@example');
    const byForeign = await foreign.post('/users/approver-mitra/password-resets');
    const byOwn = await admin.post('/users/approver-mitra/password-resets');

    expect(seen.body.items).toMatchObject([{ id: 'approver-mitra', email: null }]);
    expect(byAddress.body.items).toEqual([]);
    expect([byForeign.status, byOwn.status]).toEqual([404, 201]);
  });

  test('show their addresses to those who keep them alone', async () => {
    const { body } = await (await api.as('proposer-mitra')).get('/users?q=treasurer-mitra');

    expect(body.items).toMatchObject([{ id: 'treasurer-mitra', email: null }]);
  });

  test('lose a role at once, in every browser and for every row', async () => {
    const operator = await api.as('admin-operator');
    const made = await operator.post('/users', {
      name: 'Contoh Sesaat',
      email: 'sesaat@example.test',
      memberships: [{ office: offices.minahasaLegal, role: 'legal' }],
    });
    const password = made.body.oneTimePassword as string;
    const person = await api.signIn('sesaat@example.test', password);
    await changePassword(person, password, 'kata sandi yang sesaat');
    const before = await person.get('/agreements');

    const [{ id }] = made.body.memberships;
    const ended = await operator.post(`/memberships/${id}/endings`, { until: 'now' });
    const after = await person.get('/agreements');
    const [row] = await api.rows(
      `select reach_of($1, $2, array['agreement.read'])::text as reach`,
      [made.body.id, TODAY],
    );

    expect([before.status, ended.status, after.status]).toEqual([200, 204, 403]);
    expect((await person.get('/session')).body.memberships).toEqual([]);
    expect(row).toBeUndefined();
  });

  test('are closed: nobody signs in, no session and no role is left, until a new password', async () => {
    const operator = await api.as('admin-operator');
    const made = await operator.post('/users', {
      name: 'Contoh Tutup',
      email: 'tutup@example.test',
      memberships: [{ office: offices.minahasaLegal, role: 'legal' }],
    });
    const { id, oneTimePassword } = made.body;
    const person = await api.signIn('tutup@example.test', oneTimePassword);
    await changePassword(person, oneTimePassword, 'kata sandi yang ditutup');
    const foreign = await admin.post(`/users/${id}/closings`);

    const closed = await operator.post(`/users/${id}/closings`);
    const session = await person.get('/session');
    const again = await api.signIn('tutup@example.test', 'kata sandi yang ditutup').catch(String);
    const listed = await operator.get('/users?q=tutup@example');
    const reset = await operator.post(`/users/${id}/password-resets`);

    expect([foreign.status, closed.status, session.status]).toEqual([404, 204, 401]);
    expect(again).toContain('401');
    expect(listed.body.items).toMatchObject([{ id, isOpen: false, memberships: [] }]);
    await expect(
      api.signIn('tutup@example.test', reset.body.oneTimePassword),
    ).resolves.toBeDefined();
  });

  describe('of the last administrator', () => {
    const roleOf = async (user: string) => {
      const [role] = await api.rows<{ id: string }>(
        `select id from membership where user_id = $1 and role = 'administrator'
         and office_id = $2 and until_day is null`,
        [user, offices.minahasa],
      );
      return role?.id ?? '';
    };

    test.each([
      ['ended now', { until: 'now' }],
      ['ended by day', {}],
      ['ended one day', { until: '2030-12-31' }],
    ])('the role is not %s', async (_how, body) => {
      const own = await api.as('admin-minahasa');

      const reply = await own.post(`/memberships/${await roleOf('admin-minahasa')}/endings`, body);

      expect(reply.body).toMatchObject({ status: 409, code: 'LastAdministrator' });
    });

    test('the role is not shortened by giving it again, and the account is not closed', async () => {
      const own = await api.as('admin-minahasa');
      const again = { office: offices.minahasa, role: 'administrator', from: '2020-01-01' };

      const shortened = await own.post('/users/admin-minahasa/memberships', {
        ...again,
        until: TODAY,
      });
      const closed = await own.post('/users/admin-minahasa/closings');
      const byOperator = await (
        await api.as('admin-operator')
      ).post('/users/admin-minahasa/closings');

      for (const { body } of [shortened, closed, byOperator]) {
        expect(body).toMatchObject({ status: 409, code: 'LastAdministrator' });
      }
    });

    test('two who remove each other at once leave one', async () => {
      const own = await api.as('admin-minahasa');
      const role = { office: offices.minahasa, role: 'administrator' };
      await own.post('/users/inspector-minahasa/memberships', role);
      const second = await api.as('inspector-minahasa');
      const [first_, second_] = [
        await roleOf('admin-minahasa'),
        await roleOf('inspector-minahasa'),
      ];

      const replies = await Promise.all([
        own.post(`/memberships/${second_}/endings`, { until: 'now' }),
        second.post(`/memberships/${first_}/endings`, { until: 'now' }),
      ]);

      const left = [await roleOf('admin-minahasa'), await roleOf('inspector-minahasa')];
      expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
      expect(left.filter((id) => id !== '')).toHaveLength(1);
    });
  });

  test('leave a trace of each change, even under the same request id', async () => {
    const headers = { 'X-Request-Id': 'req-0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11' };

    await admin.post('/users/inspector-mitra/password-resets', {}, headers);
    await admin.post('/users/inspector-mitra/password-resets', {}, headers);

    const events = await api.rows(`select event from audit_event
      where event #>> '{events,0,kind}' = 'password-reset'
        and event #>> '{events,0,user}' = 'inspector-mitra'`);
    expect(events.map(({ event }) => event.requestId)).toEqual([
      'req-0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11',
      'req-0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11',
    ]);
  });
});

function changePassword(caller: Caller, currentPassword: string, newPassword: string) {
  return caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword }),
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
  });
}
