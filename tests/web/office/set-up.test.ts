/** Setting up a region at its page: refused at the field that is wrong, and then done at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { choose, PAGES, peopleAt, sees, standsBefore } from '../../support/people-at-pages.ts';
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

const screens = [
  ['a small laptop', { width: 1366, height: 768 }, 'Bitung', 'bitung@example.test'],
  ['a phone', { width: 390, height: 844 }, 'Tomohon', 'tomohon@example.test'],
] as const;
test.each(screens)('on %s an address that is taken is mended', async (...given) => {
  const [_device, screen, city, address] = given;
  const madeIn = () => api.rows('select id from office where name like $1', [`%Kota ${city}%`]);
  const page = await people.as('admin-operator', '/pengaturan/wilayah', screen);
  await standsBefore(page, 'Siapkan wilayah');
  await choose(page, 'Kabupaten, kota, atau provinsi', city);
  await page.getByRole('button', { name: 'Isi dengan contoh' }).click();
  await page.getByLabel('Buat akun untuk orang lain').check();
  await page.getByLabel('Nama').last().fill('Contoh Kepala Cabang');
  const email = page.getByRole('textbox', { name: 'Surel' }).last();
  await email.fill('stranger@example.test');
  await page.getByRole('button', { name: 'Siapkan', exact: true }).click();

  await sees(page, /Sudah ada akun dengan surel itu/);
  expect(await email.getAttribute('aria-invalid')).toBe('true');
  expect(await madeIn()).toEqual([]);
  await email.fill(address);
  await page.getByRole('button', { name: 'Siapkan', exact: true }).click();

  await sees(page, 'Wilayah siap');
  await sees(page, '9 dibuat, 1 sudah ada.');
  await sees(page, new RegExp(address));
  expect(await madeIn()).not.toEqual([]);
  // The button beside the password is cut off by nothing.
  const copy = await page.getByRole('button', { name: 'Salin' }).boundingBox();
  const box = await page.getByRole('alert', { name: 'Kata sandi sekali pakai' }).boundingBox();
  const rightEdge = ({ x, width }: { x: number; width: number }) => x + width;
  expect(copy && box && rightEdge(copy) < rightEdge(box)).toBe(true);
  expect(people.complaints).toEqual([]);
});
