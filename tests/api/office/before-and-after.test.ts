/** The audit of what administrators change says what was there before and what is there now. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
let admin: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  admin = await api.as('admin-mitra');
});
afterAll(() => api.stop());

test('an office that gets another name', async () => {
  await admin.patch(`/offices/${offices.mitraSocial}`, { name: 'Dinas Sosial dan PMD' });

  expect(await newestOf('mitraSocial')).toEqual({
    kind: 'office-changed',
    fields: ['name'],
    before: { name: 'Dinas Sosial' },
    after: { name: 'Dinas Sosial dan PMD' },
  });
});

test('an office that gets a mailbox: the address itself stays out of the audit', async () => {
  const mailbox = 'dinsos@example.test';
  await admin.patch(`/offices/${offices.mitraSocial}`, { mailbox, name: 'Dinas Sosial dan PMD' });

  expect(await newestOf('mitraSocial')).toEqual({
    kind: 'office-changed',
    fields: ['mailbox'],
    before: {},
    after: {},
  });
});

test('what was sent and is as it was leaves no link', async () => {
  const before = await countOf('mitraSocial');

  await admin.patch(`/offices/${offices.mitraSocial}`, { name: 'Dinas Sosial dan PMD' });

  expect(await countOf('mitraSocial')).toBe(before);
});

test('a role that ends, and is given again', async () => {
  const [{ id }] = await api.rows(`select id from membership where user_id = 'social-mitra'`);

  await admin.post(`/memberships/${id}/endings`, { until: '2024-03-31' });
  const ended = await newestOf('mitraSocial');
  const again = { office: offices.mitraSocial, role: 'proposer', from: '2020-01-01', until: null };
  await admin.post('/users/social-mitra/memberships', again);
  const given = await newestOf('mitraSocial');

  expect(ended).toMatchObject({
    kind: 'role-ended',
    before: { until: null },
    after: { until: '2024-03-31' },
  });
  expect(given).toMatchObject({
    kind: 'role-given',
    before: { until: '2024-03-31' },
    after: { until: null },
  });
});

test('an office holder who is relieved, with the roles that end', async () => {
  await api.rows(`update office_holder set user_id = 'treasurer-mitra' where id = $1`, [
    holders.labourHeadMitra,
  ]);
  const [{ id }] = await api.rows(`select id from membership where user_id = 'treasurer-mitra'`);

  await admin.post(`/office-holders/${holders.labourHeadMitra}/endings`, { until: '2024-02-29' });

  const ends = { before: { until: null }, after: { until: '2024-02-29' } };
  expect(await newestOf('mitraLabour')).toMatchObject({
    kind: 'holder-relieved',
    ...ends,
    endedRoles: [{ membership: id, ...ends }],
  });
});

test('an office holder who is replaced', async () => {
  await admin.post('/office-holders', {
    office: offices.mitraLegal,
    personName: 'Contoh Kabag Baru',
    position: 'Kepala Bagian',
    capacity: 'definitif',
    from: '2024-02-01',
    until: null,
    signs: [],
    decree: { number: 'SK/2', date: '2024-01-08' },
    replaces: holders.legalHeadMitra,
  });

  const event = await newestOf('mitraLegal');
  expect(event).toMatchObject({
    kind: 'holder-appointed',
    after: { capacity: 'definitif', from: '2024-02-01', signs: [] },
    replaced: { before: { until: null }, after: { until: '2024-01-31' } },
  });
  expect(JSON.stringify(event)).not.toContain('Contoh Kabag');
});

test('an account that is closed, with the roles that end', async () => {
  const [{ id }] = await api.rows(`select id from membership where user_id = 'inspector-mitra'`);

  await admin.post('/users/inspector-mitra/closings', {});

  expect(await newestOf('mitra')).toMatchObject({
    kind: 'account-closed',
    endedRoles: [{ membership: id, before: { until: null }, after: { until: '2024-01-07' } }],
  });
});

test('reminder rules', async () => {
  const operator = await api.as('admin-operator');

  await operator.post('/reminder-policies', { daysBefore: [30, 60], mailHour: 7 });

  const [{ event }] = await api.rows(
    `select event #> '{events,0}' as event from audit_event where office_id = $1`,
    [offices.operator],
  );
  expect(event).toEqual({
    kind: 'policy-published',
    version: 2,
    fields: ['version', 'daysBefore'],
    before: { version: 1, daysBefore: [180, 90, 60, 30, 14, 7, 0] },
    after: { version: 2, daysBefore: [60, 30] },
  });
});

async function newestOf(office: keyof typeof offices): Promise<any> {
  const { body } = await (await api.as('legal-mitra')).get(`/audit?office=${offices[office]}`);
  return body.items[0]?.event.events[0];
}

async function countOf(office: keyof typeof offices): Promise<number> {
  const { body } = await (await api.as('legal-mitra')).get(`/audit?office=${offices[office]}`);
  return body.items.length;
}
