/** What one side asks for and the other agrees to, and what is corrected, as people do it at their browsers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { anActiveAgreement } from '../../support/agreements.ts';
import { inSigning, recordedAndRunning, signed } from '../../support/agreements-over-http.ts';
import {
  barriers,
  cutOff,
  overhang,
  PAGES,
  peopleAt,
  pick,
  sees,
} from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

const TODAY = '2024-01-08';
const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
const letter = { number: '12/ADD/2024', date: TODAY };

let api: Api;
let people: PeopleAtPages;
beforeAll(async () => {
  api = await anApi(TODAY, { pages: PAGES });
  people = await peopleAt(api);
});
afterAll(async () => {
  await people.close();
  await api.stop();
});

describe('an end by agreement', () => {
  test.each([
    ['a small laptop', LAPTOP],
    ['a phone', PHONE],
  ])('is asked for and confirmed on %s, and shown as one to come', async (device, screen) => {
    const { id } = await signed(api, TODAY, { title: `PKS di ${device}` });
    const legal = await people.as('legal-mitra', `/perjanjian/${id}`, screen);
    await legal.getByRole('button', { name: 'Tindakan lain' }).click();
    await legal.getByRole('menuitem', { name: 'Akhiri sebelum waktunya' }).click();
    const dialog = legal.getByRole('dialog');
    await dialog.getByLabel('Alasan menurut peraturan').selectOption('agreed-by-parties');
    await sees(dialog, /berlaku setelah disetujui Kantor Cabang Tondano/);
    await dialog.getByLabel('Hari terakhir berlaku').fill('30 Juni 2024');
    await dialog.getByLabel('Nomor surat').fill('12/ADD/2024');
    await dialog.getByLabel('Tanggal surat').fill('8 Januari 2024');
    const asking = [await overhang(legal), await cutOff(legal), await barriers(legal)];
    await dialog.getByRole('button', { name: 'Akhiri sebelum waktunya' }).click();
    await dialog.waitFor({ state: 'detached' });
    await sees(legal, /Menunggu persetujuan Kantor Cabang Tondano/);

    const head = await people.as('head-tondano', `/perjanjian/${id}`, screen);
    await sees(head, /Dinas Tenaga Kerja dan Transmigrasi meminta pengakhiran/);
    const waiting = [await overhang(head), await cutOff(head), await barriers(head)];
    await head.getByRole('button', { name: 'Setujui pengakhiran' }).click();
    const confirming = head.getByRole('dialog');
    await confirming.getByRole('button', { name: 'Setujui pengakhiran' }).click();
    await confirming.waitFor({ state: 'detached' });

    await sees(head, 'Akan berakhir: kesepakatan para pihak');
    await sees(head, /Perjanjian berlaku sampai 30 Juni 2024/);
    await sees(head, 'Berakhir sesuai kesepakatan');
    expect([asking, waiting]).toEqual([
      [0, [], []],
      [0, [], []],
    ]);
    expect(await head.getByRole('button', { name: 'Mulai perpanjangan' }).count()).toBe(0);
  });

  test('is declined with a reason, and both sides read it', async () => {
    const { id, at } = await signed(api, TODAY, { title: 'PKS yang tetap berlaku' });
    await (
      await api.as('legal-mitra')
    ).post(`${at}/terminations`, {
      office: offices.mitraLabour,
      evidence: letter,
      reason: 'agreed-by-parties',
      lastDay: '2024-06-30',
    });
    const head = await people.as('head-tondano', `/perjanjian/${id}`);
    await head.getByRole('button', { name: 'Tolak pengakhiran' }).click();
    const dialog = head.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Alasan' }).fill('Belum dibahas bersama');
    await dialog.getByRole('button', { name: 'Tolak pengakhiran' }).click();
    await dialog.waitFor({ state: 'detached' });

    const legal = await people.as('legal-mitra', `/perjanjian/${id}`);
    await sees(legal, 'Kantor Cabang Tondano menolak pengakhiran.');
    await sees(legal, /Belum dibahas bersama/);
    expect(await legal.getByText('Menunggu persetujuan', { exact: true }).count()).toBe(0);
  });
});

describe('what the branch asks for', () => {
  test('is for the proposing office to decline, and not to take back', async () => {
    const term = { start: TODAY, end: '2024-12-31' };
    const { id, at } = await recordedAndRunning(
      api,
      { ...anActiveAgreement({ on: TODAY, term }), proposer: offices.mitraLegal },
      'PKS yang diusulkan Bagian Hukum',
    );
    await (
      await api.as('head-tondano')
    ).post(`${at}/dates`, {
      term: { start: TODAY, end: '2025-06-30' },
      reason: 'Anggaran tersedia',
      evidence: letter,
    });

    const page = await people.as('legal-mitra', `/perjanjian/${id}`);

    await page.getByRole('button', { name: 'Tolak perubahan jangka waktu' }).waitFor();
    expect(await page.getByRole('button', { name: /^Tarik kembali/ }).count()).toBe(0);
  });
});

describe('what was typed', () => {
  test('as a signature of 2020 is asked about, and recorded as an old paper', async () => {
    const { id } = await inSigning(api, { title: 'PKS dari naskah lama' });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);
    await page.getByRole('button', { name: /^Catat tanda tangan Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Ditandatangani pada').fill('4 Mei 2020');
    await pick(dialog, 'Pejabat penanda tangan', 'Contoh Kadis');
    await dialog.getByRole('button', { name: /^Catat tanda tangan/ }).click();
    await dialog.getByLabel('Ini naskah lama; tanggalnya memang demikian').check();
    await dialog.getByRole('button', { name: /^Catat tanda tangan/ }).click();
    await dialog.waitFor({ state: 'detached' });

    await sees(page, 'Dicatat sebagai naskah lama.');
  });

  test('as a number is corrected with a reason', async () => {
    const { id, at } = await inSigning(api, { title: 'PKS dengan nomor keliru' });
    await (
      await api.as('proposer-mitra')
    ).post(`${at}/numbers`, { party: offices.mitraLabour, number: '560/1/I', dated: TODAY });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`, PHONE);
    await page.getByRole('button', { name: 'Tindakan lain' }).click();
    await page.getByRole('menuitem', { name: /^Betulkan nomor Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    const filled = await dialog.getByRole('textbox', { name: 'Nomor naskah' }).inputValue();
    await dialog.getByRole('textbox', { name: 'Nomor naskah' }).fill('560/7/I');
    await dialog.getByRole('textbox', { name: 'Alasan' }).fill('Salah ketik');
    expect([await overhang(page), await cutOff(page), await barriers(page)]).toEqual([0, [], []]);
    await dialog.getByRole('button', { name: /^Betulkan nomor/ }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(filled).toBe('560/1/I');
    await sees(page, /dibetulkan dari 560\/1\/I menjadi 560\/7\/I/);
  });

  test('as a signature is taken away while nothing is in force', async () => {
    const { id, at } = await inSigning(api, { title: 'PKS yang belum ditandatangani' });
    await (
      await api.as('proposer-mitra')
    ).post(`${at}/signatures`, {
      party: offices.mitraLabour,
      actedBy: holders.labourHeadMitra,
      signedOn: TODAY,
    });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);
    await page.getByRole('button', { name: 'Tindakan lain' }).click();
    await page.getByRole('menuitem', { name: /^Betulkan tanda tangan Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/belum menandatangani/).check();
    await dialog.getByRole('textbox', { name: 'Alasan' }).fill('Tercatat di naskah yang salah');
    await dialog.getByRole('button', { name: /^Betulkan tanda tangan/ }).click();
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: /^Catat tanda tangan Dinas/ }).waitFor();
    expect((await (await api.as('proposer-mitra')).get(at)).body.parties[0].signature).toBeNull();
  });
});
