/** An administrator of a district keeps the district and its villages, and nothing of the government above. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { allPages } from '../../support/pages.ts';

const TODAY = '2024-01-08';

let api: Api;
let above: Caller;
let district: string;
let admin: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  above = await api.as('admin-mitra');
  const office = { kind: 'district', name: 'Kecamatan Ratahan', parent: offices.mitra };
  district = (await above.post('/offices', office)).body.id;
  admin = await somebody('camat', district, 'administrator');
});
afterAll(() => api.stop());

describe('an administrator of a district', () => {
  test('adds villages, their people and their holders', async () => {
    const village = await admin.post('/offices', {
      kind: 'village',
      name: 'Desa Rasi',
      parent: district,
    });
    const person = await admin.post('/users', {
      name: 'Contoh Desa',
      email: 'desa@example.test',
      memberships: [{ office: village.body.id, role: 'village-operator' }],
    });
    const reset = await admin.post(`/users/${person.body.id}/password-resets`);

    expect([village.status, person.status, reset.status]).toEqual([201, 201, 201]);
  });

  test('changes nothing of the government above it, nor beside it', async () => {
    const [legal] = await api.rows(`select id from membership where user_id = 'legal-mitra'`);
    const role = { office: district, role: 'inspector' };

    const replies = [
      await admin.patch(`/offices/${offices.mitra}`, { name: 'Contoh' }),
      await admin.patch(`/offices/${offices.mitraLabour}`, { name: 'Contoh' }),
      await admin.post('/offices', { kind: 'opd', name: 'Dinas Contoh', parent: offices.mitra }),
      await admin.post('/users', {
        name: 'Contoh',
        email: 'contoh@example.test',
        memberships: [{ office: offices.mitraLegal, role: 'legal' }],
      }),
      await admin.post('/users/legal-mitra/memberships', role),
      await admin.post('/users/legal-mitra/password-resets'),
      await admin.post('/users/legal-mitra/closings'),
      await admin.post(`/memberships/${legal.id}/endings`, { until: 'now' }),
      await admin.post(`/office-holders/${holders.labourHeadMitra}/endings`, { until: TODAY }),
    ];

    expect(replies.map(({ status }) => status)).toEqual([
      404, 404, 403, 403, 404, 404, 404, 404, 404,
    ]);
  });

  test('lists the people and the trail of the district alone', async () => {
    const people = await allPages(admin, '/users?limit=100');
    const trail = await allPages(admin, '/security-events?limit=100');
    const mails = await admin.get('/outbox');

    const known = await api.rows<{ id: string }>(
      `select u.id from auth."user" u join office o on o.id = u.home_id
       where o.path @> array[$1::uuid]`,
      [district],
    );
    const ids = known.map(({ id }) => id);
    expect(people.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(trail.length).toBeGreaterThan(0);
    expect(trail.filter(({ user }) => user === null || !ids.includes(user.id))).toEqual([]);
    expect(mails.body.items).toEqual([]);
  });

  test('is kept by the administrator of the government', async () => {
    const found = await above.get('/users?q=camat');

    expect(found.body.items).toMatchObject([{ email: 'camat@example.test' }]);
  });
});

async function somebody(name: string, office: string, role: string): Promise<Caller> {
  const email = `${name}@example.test`;
  const made = await above.post('/users', {
    name: `Contoh ${name}`,
    email,
    memberships: [{ office, role }],
  });
  const currentPassword = made.body.oneTimePassword as string;
  const caller = await api.signIn(email, currentPassword);
  await caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword: 'kata sandi dari kecamatan' }),
    headers: { 'Content-Type': 'application/json' },
  });
  return caller;
}
