/** Accounts at their pages: roles that end at once, accounts that are closed, browsers that are signed out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { emailOf } from '../../support/cast.ts';
import { cutOff, overhang, PAGES, peopleAt, sees } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

let api: Api;
let people: PeopleAtPages;
beforeAll(async () => {
  api = await anApi('2024-01-08', { pages: PAGES });
  people = await peopleAt(api);
});
afterAll(async () => {
  await people.close();
  await api.stop();
});

const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1366, height: 768 };

test('a role ends at once, and an account is closed', async () => {
  const page = await people.as('admin-mitra', '/pengaturan/akun', LAPTOP);
  await page.getByRole('button', { name: 'Akhiri peran bendahara Contoh treasurer-mitra' }).click();
  const ending = page.getByRole('dialog');
  await ending.getByLabel('Sekarang juga').check();
  await ending.getByRole('button', { name: 'Akhiri' }).click();
  await ending.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Tutup akun Contoh desk-mitra' }).click();
  const closing = page.getByRole('dialog');
  await closing.getByRole('button', { name: 'Tutup akun', exact: true }).click();
  await closing.waitFor({ state: 'detached' });

  await sees(page, 'ditutup');
  const treasurer = await (await api.as('treasurer-mitra')).get('/session');
  expect(treasurer.body.memberships).toEqual([]);
  await expect(api.as('desk-mitra')).rejects.toThrow('401');
  await page.setViewportSize(PHONE);
  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);
  await page.setViewportSize(LAPTOP);
  await page.getByRole('link', { name: 'Catatan keamanan' }).click();
  await sees(page, 'Akun ditutup');
  expect(people.complaints).toEqual([]);
});

test('a browser that was left open is signed out from another one', async () => {
  const left = await api.signIn(emailOf('legal-mitra'));
  const page = await people.as('legal-mitra', '/perangkat', PHONE);
  await sees(page, 'yang ini');
  await page.getByRole('button', { name: /^Keluarkan/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Keluarkan', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });

  expect((await left.get('/session')).status).toBe(401);
  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);
  expect(people.complaints).toEqual([]);
});

test.each([
  ['/pengaturan/akun', 'Cari nama atau surel', 'Nobody', 'Contoh legal-mitra'],
  ['/pengaturan/kantor', 'Cari nama kantor', 'Dinas Yang Tidak Ada', 'Bagian Hukum'],
])(
  'a search at %s that finds nothing says so, and is taken back',
  async (at, field, searched, all) => {
    const page = await people.as('admin-mitra', at, PHONE);
    await page.getByRole('searchbox', { name: field }).fill(searched);
    await sees(page, `Tidak ada yang cocok dengan “${searched}”`);
    await page.getByRole('button', { name: 'Hapus pencarian' }).click();
    await sees(page, all);

    expect(people.complaints).toEqual([]);
  },
);
