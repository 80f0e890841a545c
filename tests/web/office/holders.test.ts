/** An office holder leaves at the page: what their account may do is shown, and ends unless it is kept. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders } from '../../support/cast.ts';
import { cutOff, overhang, PAGES, peopleAt, sees } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

let api: Api;
let people: PeopleAtPages;
beforeAll(async () => {
  api = await anApi('2024-01-08', { pages: PAGES });
  people = await peopleAt(api);
  await api.rows(`update office_holder set user_id = 'proposer-mitra' where id = $1`, [
    holders.labourHeadMitra,
  ]);
  await api.rows(`update office_holder set user_id = 'approver-mitra' where id = $1`, [
    holders.legalHeadMitra,
  ]);
});
afterAll(async () => {
  await people.close();
  await api.stop();
});

const screens = [
  ['a small laptop', { width: 1366, height: 768 }, 'Contoh Kadis', 'proposer-mitra', true],
  ['a phone', { width: 390, height: 844 }, 'Contoh Kabag', 'approver-mitra', false],
] as const;
test.each(screens)('on %s', async (_device, screen, person, account, isKept) => {
  const page = await people.as('admin-mitra', '/pengaturan/pejabat', screen);
  await page.getByRole('button', { name: `Akhiri masa jabatan ${person}` }).click();
  const dialog = page.getByRole('dialog');
  await sees(dialog, 'Peran yang ikut berakhir');
  if (isKept) await dialog.getByLabel(/^Pertahankan/).check();
  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);
  await dialog.getByRole('button', { name: 'Simpan' }).click();
  await dialog.waitFor({ state: 'detached' });

  const [role] = await api.rows(
    'select until_day::text as until from membership where user_id = $1',
    [account],
  );
  expect(role).toEqual({ until: isKept ? null : '2024-01-08' });
  expect(people.complaints).toEqual([]);
});

test('a second definitive holder is asked about', async () => {
  const page = await people.as('admin-minahasa', '/pengaturan/pejabat');
  await page.getByRole('button', { name: 'Catat pejabat' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Kantor' }).fill('Tenaga Kerja');
  await page.getByRole('option', { name: 'Dinas Tenaga Kerja' }).first().click();
  await dialog.getByRole('textbox', { name: 'Nama' }).fill('Contoh Kedua');
  await dialog.getByRole('textbox', { name: 'Jabatan' }).fill('Kepala Dinas');
  await dialog.getByLabel('Nomor SK').fill('821/9/2024');
  await dialog.getByLabel('Tanggal SK').fill('5 Januari 2024');
  await dialog.getByRole('button', { name: 'Catat pejabat' }).click();

  await sees(dialog, /Contoh Kadis Lain tercatat sebagai pejabat definitif/);
  await dialog.getByLabel('Keduanya memang menjabat bersamaan').check();
  await dialog.getByRole('button', { name: 'Catat pejabat' }).click();

  await dialog.waitFor({ state: 'detached' });
  await sees(page, 'Contoh Kedua');
});
