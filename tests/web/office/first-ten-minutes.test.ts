import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { install } from '../../../api/installation/install.ts';
import { readSettings } from '../../../config/settings.ts';
import { openingOf } from '../../../domain/shared/day.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { TEST_SECRET } from '../../support/test-servers.ts';
import { choose, PAGES, peopleAt, sees, standsBefore } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

const BEGIN = '2024-01-08';

describe('the first ten minutes in an empty installation', () => {
  let api: Api;
  let people: PeopleAtPages;
  let oneTimePassword: string;
  beforeAll(async () => {
    api = await anApi(BEGIN, { pages: PAGES, template: 'template_mapalus' });
    people = await peopleAt(api);
    const installed = await install(
      readSettings({
        DATABASE_URL: asSuperuser(api.engine.ownerUrl),
        MAPALUS_SECRET: TEST_SECRET,
        MAPALUS_INSTALLATION: 'training',
        ADMIN_EMAIL: 'pertama@example.test',
      }),
      { clockOffset: openingOf(BEGIN, 'Asia/Makassar', 9) - Date.now() },
    );
    oneTimePassword = installed.firstAdministrator?.oneTimePassword ?? '';
  });
  afterAll(async () => {
    await people.close();
    await api.stop();
  });

  test('lead from the first password to the first agreement', async () => {
    // The first account gets a password of its own.
    const page = await people.stranger('/');
    await page.getByLabel('Surel').fill('pertama@example.test');
    await page.getByLabel('Kata sandi', { exact: true }).fill(oneTimePassword);
    await page.getByRole('button', { name: 'Masuk' }).click();
    await standsBefore(page, 'Ganti kata sandi');
    await page.getByLabel('Kata sandi sekarang').fill(oneTimePassword);
    await page.getByLabel('Kata sandi baru', { exact: true }).fill('sepuluh menit pertama');
    await page.getByLabel('Kata sandi baru sekali lagi').fill('sepuluh menit pertama');
    await page.getByRole('button', { name: 'Ganti kata sandi' }).click();

    // A region with its offices, office holders and roles.
    await standsBefore(page, 'Siapkan wilayah');
    await choose(page, 'Kabupaten, kota, atau provinsi', 'Minahasa Tenggara');
    await page.getByRole('button', { name: 'Isi dengan contoh' }).click();
    await page.getByRole('button', { name: 'Siapkan', exact: true }).click();
    await sees(page, 'Wilayah siap');
    await sees(page, '14 dibuat, 0 sudah ada.');

    // What it made can be found again, and reminder rules are there from the first.
    await page.getByRole('link', { name: 'Kantor', exact: true }).click();
    await sees(page, 'Pemerintah Kabupaten Minahasa Tenggara');
    await page.getByRole('link', { name: 'Pejabat' }).click();
    await sees(page, 'Contoh Kepala Dinas');
    await page.getByRole('link', { name: 'Akun dan peran' }).click();
    await sees(page, /Petugas kantor cabang/);
    await page.getByRole('link', { name: 'Pengingat' }).click();
    await sees(page, '180, 90, 60, 30, 14, 7, 0 hari sebelum berakhir');

    // The empty list says where to begin.
    await page.getByRole('link', { name: 'Perjanjian', exact: true }).click();
    await sees(page, 'Belum ada perjanjian');
    await page.getByRole('link', { name: 'Usulkan perjanjian' }).last().click();
    await standsBefore(page, 'Usulkan perjanjian');
    await choose(page, 'Kantor pengusul', 'Dinas Tenaga Kerja');
    await page.getByRole('textbox', { name: 'Judul' }).fill('PKS Pertama');
    await sees(page, 'Langkah 2');
    await page.getByRole('button', { name: 'Usulkan perjanjian' }).click();
    await standsBefore(page, 'PKS Pertama');

    // Alone, the newcomer takes it to approval; the approval takes a second account.
    for (const step of ['Teruskan ke penyusunan', 'Serahkan naskah', 'Telaah selesai']) {
      await page.getByRole('button', { name: step, exact: true }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: step, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await sees(page, /rekan lain di kantor Anda yang menyetujuinya/);
    expect(await page.getByRole('button', { name: /^Setujui/ }).count()).toBe(0);
    expect(people.complaints).toEqual([]);
  });
});

// The databases of tests belong to a role that makes no other roles.
function asSuperuser(ownerUrl: string): string {
  const url = new URL(inject('postgres').superuserUrl);
  url.pathname = new URL(ownerUrl).pathname;
  return url.href;
}
