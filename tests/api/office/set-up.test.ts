/** Setting up a region in one request: all of it or nothing, and once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
let operator: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  operator = await api.as('admin-operator');
});
afterAll(() => api.stop());

let region = 0;
beforeEach(() => {
  region += 1;
});

/** A region of its own for each test, below the head office that is there already. */
function aSetUp(name = `Contoh ${region}`) {
  const at = { region: '71.07' };
  const since = '2024-01-01';
  const holder = {
    capacity: 'definitif',
    from: since,
    decree: { number: 'SK/1', date: since },
  };
  return {
    offices: {
      government: { kind: 'government', name: `Pemerintah ${name}`, ...at },
      opd: { kind: 'opd', name: 'Dinas Tenaga Kerja', parent: 'government', ...at },
      headOffice: { kind: 'bpjs-head-office', name: 'BPJS Ketenagakerjaan' },
      branch: { kind: 'bpjs-branch', name: `Cabang ${name}`, parent: 'headOffice', ...at },
    },
    holders: {
      regent: {
        ...holder,
        office: 'government',
        personName: `Bupati ${name}`,
        position: 'Bupati',
        signs: ['mou', 'pks'],
      },
    },
    ownRoles: { legal: { office: 'government', role: 'legal' } },
    accounts: {
      proposer: {
        name: `Pengusul ${name}`,
        email: `pengusul-${region}@example.test`,
        office: 'opd',
        role: 'proposer',
      },
    },
  };
}

/** What there is of everything that a set-up makes. */
async function counted(): Promise<Record<string, number>> {
  const [row] = await api.rows(`select (select count(*)::int from office) as offices,
    (select count(*)::int from office_holder) as holders,
    (select count(*)::int from membership) as roles,
    (select count(*)::int from auth."user") as accounts,
    (select count(*)::int from audit_event) as events`);
  return row;
}

const under = (key: string) => ({ 'Idempotency-Key': key });

describe('setting up a region', () => {
  test('makes its offices, holders, roles and accounts, and finds the head office', async () => {
    const before = await counted();

    const { status, body } = await operator.post('/set-ups', aSetUp());

    const after = await counted();
    const { government, opd, branch } = body.offices;
    expect(status).toBe(201);
    expect(body.offices.headOffice).toEqual({ id: offices.bpjs, outcome: 'found' });
    expect([government.outcome, opd.outcome, branch.outcome]).toEqual(['made', 'made', 'made']);
    expect(after).toEqual({
      offices: (before['offices'] ?? 0) + 3,
      holders: (before['holders'] ?? 0) + 1,
      roles: (before['roles'] ?? 0) + 2,
      accounts: (before['accounts'] ?? 0) + 1,
      events: (before['events'] ?? 0) + 6,
    });
    const events = await api.rows(
      `select event #>> '{events,0,kind}' as kind, event #>> '{by,userId}' as by
       from audit_event where office_id = any($1::uuid[]) order by subject, seq`,
      [[government.id, opd.id, branch.id]],
    );
    expect(events.map(({ kind }) => kind).sort()).toEqual([
      'holder-appointed',
      'office-added',
      'office-added',
      'office-added',
      'role-given',
      'user-added',
    ]);
    expect(new Set(events.map(({ by }) => by))).toEqual(new Set(['admin-operator']));
  });

  test('tells a one-time password with which the account begins', async () => {
    const { accounts } = (await operator.post('/set-ups', aSetUp())).body;

    const { oneTimePassword } = accounts.proposer;
    const newcomer = await api.signIn(`pengusul-${region}@example.test`, oneTimePassword);
    const session = await newcomer.get('/session');

    expect(session.body).toMatchObject({
      mustChangePassword: true,
      memberships: [{ role: 'proposer', office: { name: 'Dinas Tenaga Kerja' } }],
    });
  });

  test('finds on another day what was set up before, and makes what is new', async () => {
    await operator.post('/set-ups', aSetUp());
    const before = await counted();
    const more = aSetUp();
    const { government } = more.offices;
    const legal = { ...government, kind: 'setda-division', name: 'Bagian', parent: 'government' };

    const again = await operator.post('/set-ups', {
      ...more,
      offices: { ...more.offices, legal },
    });

    const after = await counted();
    expect(again.body).toMatchObject({
      offices: { government: { outcome: 'found' }, legal: { outcome: 'made' } },
      holders: { regent: { outcome: 'found' } },
      ownRoles: { legal: { outcome: 'found' } },
      accounts: { proposer: { outcome: 'found', oneTimePassword: null } },
    });
    expect(after).toEqual({
      ...before,
      offices: (before['offices'] ?? 0) + 1,
      events: (before['events'] ?? 0) + 1,
    });
  });

  test('comes about once under one key, and tells passwords to the first alone', async () => {
    const body = aSetUp();
    const key = `the-same-set-up-${region}`;
    const before = await counted();

    const replies = await Promise.all(
      Array.from({ length: 5 }, () => operator.post('/set-ups', body, under(key))),
    );
    const later = await operator.post('/set-ups', body, under(key));

    const after = await counted();
    const passwords = [...replies, later].map(
      ({ body: { accounts } }) => accounts.proposer.oneTimePassword as string | null,
    );
    const [kept] = await api.rows('select response from idempotency where key = $1', [key]);
    const [password = ''] = passwords.filter((each) => each !== null);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map((reply) => reply.body.offices.government.id)).size).toBe(1);
    expect(later.body.offices).toEqual(replies[0]?.body.offices);
    expect(passwords.filter((each) => each !== null)).toHaveLength(1);
    expect(passwords.at(-1)).toBeNull();
    expect(kept.response).not.toContain(password);
    expect(after['offices']).toBe((before['offices'] ?? 0) + 3);
  });
});

describe('a set-up that is refused', () => {
  const { offices: own, holders, accounts } = aSetUp('yang ditolak');
  const wrong: [string, object, number, string, string][] = [
    [
      'an address that is taken',
      { accounts: { proposer: { ...accounts.proposer, email: 'stranger@example.test' } } },
      409,
      'EmailTaken',
      'accounts.proposer.email',
    ],
    [
      'a region that nobody knows',
      { offices: { ...own, opd: { ...own.opd, region: '99' } } },
      422,
      'RegionUnknown',
      'offices.opd.region',
    ],
    [
      'an office on the wrong side',
      { offices: { ...own, branch: { ...own.branch, parent: 'government' } } },
      422,
      'OfficeMisplaced',
      'offices.branch.kind',
    ],
    [
      'a parent that comes later',
      { offices: { opd: own.opd, government: own.government } },
      422,
      'OfficeUnknown',
      'offices.opd.parent',
    ],
    [
      'a holder of an office that is not in it',
      { holders: { regent: { ...holders.regent, office: 'kecamatan' } } },
      422,
      'OfficeUnknown',
      'holders.regent.office',
    ],
    [
      'a holder without a name',
      { holders: { regent: { ...holders.regent, personName: ' ' } } },
      422,
      'InvalidRequest',
      'holders.regent.personName',
    ],
  ];
  test.each(wrong)('for %s names row and field, and leaves nothing', async (...given) => {
    const [_what, only, status, code, field] = given;
    const before = await counted();

    const reply = await operator.post('/set-ups', { ...aSetUp(), ...only });

    expect(reply.body).toMatchObject({ status, code, errors: [{ field }] });
    expect(await counted()).toEqual(before);
  });

  test('can be mended and sent again under its key', async () => {
    const body = aSetUp();
    const { proposer } = body.accounts;
    const taken = {
      ...body,
      accounts: { proposer: { ...proposer, email: 'stranger@example.test' } },
    };
    const key = `the-mended-set-up-${region}`;

    const refused = await operator.post('/set-ups', taken, under(key));
    const mended = await operator.post('/set-ups', body, under(key));

    expect([refused.status, mended.status]).toEqual([409, 201]);
  });

  test('comes from an administrator of one government and adds another', async () => {
    const before = await counted();

    const reply = await (await api.as('admin-mitra')).post('/set-ups', aSetUp());

    expect(reply.body).toMatchObject({
      code: 'OfficeNotYours',
      errors: [{ field: 'offices.government.parent' }],
    });
    expect(await counted()).toEqual(before);
  });

  test('gives a role in an office of another government', async () => {
    const name = 'Pemerintah Kabupaten Minahasa';
    const minahasa = { government: { kind: 'government', name } };

    const reply = await (
      await api.as('admin-mitra')
    ).post('/set-ups', {
      offices: minahasa,
      ownRoles: { legal: { office: 'government', role: 'legal' } },
    });

    expect(reply.body).toMatchObject({
      code: 'OfficeNotYours',
      errors: [{ field: 'ownRoles.legal.office' }],
    });
  });

  test('comes from somebody who administers nothing', async () => {
    const reply = await (await api.as('legal-mitra')).post('/set-ups', aSetUp());

    expect(reply.body).toMatchObject({ status: 403, code: 'NotPermitted' });
  });
});

test('an administrator of one government sets up offices and accounts of it', async () => {
  const name = 'Pemerintah Kabupaten Minahasa Tenggara';
  const { accounts } = aSetUp();

  const reply = await (
    await api.as('admin-mitra')
  ).post('/set-ups', {
    offices: {
      government: { kind: 'government', name },
      opd: { kind: 'opd', name: 'Dinas Perikanan', parent: 'government' },
    },
    accounts,
  });

  expect(reply.body).toMatchObject({
    offices: { government: { id: offices.mitra, outcome: 'found' }, opd: { outcome: 'made' } },
    accounts: { proposer: { outcome: 'made' } },
  });
});
