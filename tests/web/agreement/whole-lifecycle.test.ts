import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { emailOf } from '../../support/cast.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';
import {
  choose,
  PAGES,
  peopleAt,
  pick,
  sees,
  standsBefore,
} from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';
import { aPostOffice } from '../../support/post-office.ts';
import type { PostOffice } from '../../support/post-office.ts';

describe('an agreement in the browsers of its people', () => {
  let api: Api;
  let people: PeopleAtPages;
  let postOffice: PostOffice;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { pages: PAGES });
    people = await peopleAt(api);
    postOffice = await aPostOffice(api.engine);
  });
  afterAll(async () => {
    await people.close();
    await postOffice.stop();
    await api.stop();
  });

  test('goes from the sign-in page to its renewal', async () => {
    // The labour office proposes.
    const proposer = await people.stranger('/');
    await proposer.getByLabel('Surel').fill(emailOf('proposer-mitra'));
    await proposer.getByLabel('Kata sandi', { exact: true }).fill(TEST_PASSWORD);
    await proposer.getByRole('button', { name: 'Masuk' }).click();
    await proposer.getByRole('link', { name: 'Usulkan perjanjian' }).first().click();
    await standsBefore(proposer, 'Usulkan perjanjian');
    // The page has filled in what it can; nothing moves any more.
    await sees(proposer, 'Langkah 1');
    await proposer.getByRole('textbox', { name: 'Judul' }).fill('PKS Pekerja Rentan 2024');
    await choose(proposer.getByRole('group', { name: 'Pihak 2' }), 'Kantor', 'Tondano');
    await proposer.getByRole('button', { name: 'Usulkan perjanjian' }).click();
    await standsBefore(proposer, 'PKS Pekerja Rentan 2024');

    // The branch looks on, and sees every change without reloading.
    const head = await people.as('head-tondano', new URL(proposer.url()).pathname);
    await reaches(head, 'Usulan');
    await act(proposer, 'Teruskan ke penyusunan');
    await reaches(head, 'Penyusunan');
    await act(proposer, 'Serahkan naskah');
    await reaches(head, 'Telaah');
    await act(head, 'Telaah selesai');
    await reaches(proposer, 'Persetujuan');

    // Two approvals, one after the other.
    const legal = await people.as('legal-mitra', new URL(proposer.url()).pathname);
    await act(legal, 'Setujui: Bagian Hukum');
    await act(head, 'Setujui: Kantor Cabang Tondano');
    await reaches(proposer, 'Penandatanganan');

    // Numbers and signatures of both.
    await act(proposer, 'Catat nomor Dinas Tenaga Kerja dan Transmigrasi', (dialog) =>
      dialog.getByLabel('Nomor naskah').fill('560/12/2024'),
    );
    await act(proposer, 'Catat tanda tangan Dinas Tenaga Kerja dan Transmigrasi', (dialog) =>
      pick(dialog, 'Pejabat penanda tangan', 'Contoh Kadis'),
    );
    await sees(head, /Contoh Kadis/);
    await act(head, 'Catat nomor Kantor Cabang Tondano', (dialog) =>
      dialog.getByLabel('Nomor naskah').fill('PER/7/012024'),
    );
    await act(head, 'Catat tanda tangan Kantor Cabang Tondano', (dialog) =>
      pick(dialog, 'Pejabat penanda tangan', 'Contoh Kepala Cabang'),
    );
    await reaches(proposer, 'Berlaku');

    // Half a year passes.
    await legal.getByRole('button', { name: 'Majukan waktu' }).click();
    await legal.getByLabel('Majukan ke tanggal').fill('5 Juli 2024');
    await legal.getByRole('button', { name: 'Majukan ke 5 Juli 2024' }).click();
    await sees(proposer, 'Hari ini Jumat, 5 Juli 2024');

    // The reminder has reached people's mailboxes, and is read in the outbox.
    await proposer.getByRole('link', { name: 'Kotak keluar' }).click();
    await proposer.getByLabel('Macam surel').selectOption({ label: 'Pengingat' });
    await proposer
      .getByRole('link', { name: /PKS Pekerja Rentan 2024/ })
      .first()
      .click();
    await sees(proposer, 'Terkirim');
    const letter = proposer.frameLocator('iframe[title="Isi surel"]');
    const told = await letter.locator('body').innerText();
    const reminded = postOffice.received.filter(({ source }) => /180 hari/.test(source));

    expect(told).toContain('31 Desember 2024');
    expect(reminded.map(({ to }) => to)).toContain(emailOf('proposer-mitra'));

    // Its button leads back to the agreement, which is renewed.
    const opening = proposer.waitForEvent('popup');
    await letter.getByRole('link').first().click();
    const again = await opening;
    await standsBefore(again, 'PKS Pekerja Rentan 2024');
    await act(again, 'Mulai perpanjangan');
    await standsBefore(again, 'PKS Pekerja Rentan 2025');
    await sees(again, '1 Januari 2025');
    await head.getByRole('link', { name: 'PKS Pekerja Rentan 2025' }).first().waitFor();

    expect(people.complaints).toEqual([]);
  });
});

/** Takes a step by its button and the form behind it. */
async function act(
  page: Page,
  label: string,
  fill: (dialog: Locator) => Promise<void> = async () => {},
): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Waits until the page shows that the agreement has come to this stage. */
async function reaches(page: Page, stage: string): Promise<void> {
  const path = page.getByRole('list', { name: 'Jalannya perjanjian' });
  await path.locator('[aria-current="step"]', { hasText: stage }).waitFor();
}
