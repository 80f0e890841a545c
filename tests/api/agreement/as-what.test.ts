/** As what somebody acted: the office and the roles of that day, whatever the account has later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inApproval } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders } from '../../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

test('an approval by account keeps the office that was held on that day, also when it is lost at once', async () => {
  await api.rows(`update office_holder set user_id = 'legal-mitra' where id = $1`, [
    holders.legalHeadMitra,
  ]);
  const { at } = await inApproval(api);
  const legal = await api.as('legal-mitra');
  await legal.post(`${at}/approvals`, { step: 'hukum' });
  const admin = await api.as('admin-mitra');
  const relieved = await admin.post(`/office-holders/${holders.legalHeadMitra}/endings`, {
    until: '2024-01-07',
  });

  const { body } = await (await api.as('inspector-mitra')).get(`${at}/timeline`);

  expect(relieved.body.endedRoles).toMatchObject([{ role: 'legal' }]);
  expect(body.items[0]).toMatchObject({
    by: {
      userName: 'Contoh legal-mitra',
      office: 'Bagian Hukum',
      roles: [{ role: 'legal', office: 'Bagian Hukum' }],
      holder: { position: 'Kepala Bagian', capacity: 'definitif' },
    },
    events: [{ kind: 'approved' }, { kind: 'stage-reached' }],
  });
});

test('whoever holds no office acted in a role, and the audit says which', async () => {
  const { at, id } = await inApproval(api);
  const { body } = await (await api.as('officer-tondano')).get(`${at}/timeline`);
  const [entry] = await api.rows(
    `select event -> 'by' as by from audit_event where agreement_id = $1 order by seq desc limit 1`,
    [id],
  );

  expect(body.items[0].by).toMatchObject({
    roles: [{ role: 'branch-officer', office: 'Kantor Cabang Tondano' }],
    holder: null,
  });
  expect(entry.by).toMatchObject({ userId: 'officer-tondano', held: { holder: null } });
});
