import type { Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { emailOf, offices } from '../support/cast.ts';
import { TEST_PASSWORD } from '../support/test-servers.ts';
import {
  anMouBody,
  inApproval,
  inSigning,
  proposed,
  signed,
} from '../support/agreements-over-http.ts';
import {
  barriers,
  choose,
  PAGES,
  peopleAt,
  pick,
  sees,
  standsBefore,
} from '../support/people-at-pages.ts';
import type { PeopleAtPages } from '../support/people-at-pages.ts';

describe('a form in the browser', () => {
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

  test('keeps what was typed when it is refused, and says what to do', async () => {
    const taken = await inSigning(api, { title: 'PKS dengan nomor' });
    const { id } = await inSigning(api, { title: 'PKS tanpa nomor' });
    const proposer = await api.as('proposer-mitra');
    const number = { number: '560/1', dated: '2024-01-08' };
    await proposer.post(`${taken.at}/numbers`, {
      party: taken.reply.body.parties[0].id,
      ...number,
    });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);

    await page.getByRole('button', { name: /^Catat nomor Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Nomor naskah' }).fill('560/1');
    await dialog.getByRole('button', { name: /^Catat nomor/ }).click();
    const refusal = await dialog.getByRole('alert').innerText();
    const kept = await dialog.getByRole('textbox', { name: 'Nomor naskah' }).inputValue();
    await dialog.getByRole('textbox', { name: 'Nomor naskah' }).fill('560/2');
    await dialog.getByRole('button', { name: /^Catat nomor/ }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(refusal).toMatch(/nomor/i);
    expect(kept).toBe('560/1');
    await sees(page, '560/2');
  });

  test('leaves the approval of a text to a colleague of its writer, and says so', async () => {
    const { id, at } = await proposed(api, { title: 'PKS dari bagian hukum' });
    const [proposer, legal] = [await api.as('proposer-mitra'), await api.as('legal-mitra')];
    await proposer.post(`${at}/submissions`);
    await legal.post(`${at}/submissions`, { office: offices.mitraLabour });
    await (await api.as('officer-tondano')).post(`${at}/submissions`);
    const page = await people.as('legal-mitra', `/perjanjian/${id}`);
    await sees(page, /rekan lain di kantor Anda yang menyetujuinya/);
    const offered = await page.getByRole('button', { name: 'Setujui: Bagian Hukum' }).count();

    const colleague = await people.as('approver-mitra', `/perjanjian/${id}`);
    await colleague.getByRole('button', { name: 'Setujui: Bagian Hukum' }).click();
    const dialog = colleague.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Pejabat, di atas kertas' }).check();
    await pick(dialog, 'Pejabat', 'Contoh Kabag');
    await dialog.getByLabel('Tanggal surat').fill('8 Januari 2024');
    await dialog.getByLabel('Nomor surat').fill('180/7/2024');
    await dialog.getByRole('button', { name: 'Setujui: Bagian Hukum' }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(offered).toBe(0);
    await sees(colleague, /dicatat oleh Contoh approver-mitra/);
  });

  test('with something typed asks before Escape or going back loses it', async () => {
    await inApproval(api, { title: 'PKS yang belum selesai diisi' });
    const page = await people.as('legal-mitra', '/perjanjian');
    await page.getByRole('link', { name: 'PKS yang belum selesai diisi' }).click();
    const reason = () => page.getByRole('dialog').getByRole('textbox', { name: 'Alasan' });
    const open = async () => {
      await page.getByRole('button', { name: 'Tindakan lain' }).click();
      await page.getByRole('menuitem', { name: 'Ubah tanggal' }).click();
      await reason().waitFor();
    };
    const asked = page.getByText('Isian ini belum dikirim.');

    await open();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await open();
    await reason().fill('Menunggu DPA');
    await page.keyboard.press('Escape');
    await asked.waitFor();
    const hindering = await barriers(page);
    await page.getByRole('button', { name: 'Lanjut mengisi' }).click();
    const kept = await reason().inputValue();
    await page.goBack();
    await asked.waitFor();
    const afterGoingBack = await reason().inputValue();
    await page.getByRole('button', { name: 'Buang isian' }).click();
    await page.waitForURL(/\/perjanjian$/);

    expect(hindering).toEqual([]);
    expect(kept).toBe('Menunggu DPA');
    expect(afterGoingBack).toBe('Menunggu DPA');
  });

  test('of a proposal keeps what was typed in the moment before it is left', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian/baru');
    const title = () => page.getByRole('textbox', { name: 'Judul' });
    await title().fill('PKS yang baru diketik');
    await page.reload();

    await title().waitFor();
    expect(await title().inputValue()).toBe('PKS yang baru diketik');
  });

  test('that got no answer is sent again and has one effect', async () => {
    const { id } = await proposed(api, { title: 'PKS di jalan' });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);
    await page.getByRole('button', { name: 'Teruskan ke penyusunan' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Catatan').fill('Silakan disusun');

    await page.context().setOffline(true);
    await dialog.getByRole('button', { name: 'Teruskan ke penyusunan' }).click();
    const told = await dialog.getByRole('alert').innerText();
    const isLocked = await dialog.getByLabel('Catatan').isDisabled();
    await page.keyboard.press('Escape');
    await page.context().setOffline(false);
    await dialog.getByRole('button', { name: 'Kirim ulang' }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(told).toContain('Server tidak terjangkau');
    expect(isLocked).toBe(true);
    await sees(page, '“Silakan disusun”');
    expect(await page.getByText('“Silakan disusun”').count()).toBe(1);
  });

  test('says that a list could not be read instead of that it is empty', async () => {
    const { id } = await inSigning(api, { title: 'PKS tanpa sambungan' });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);
    await sees(page, 'Riwayat');

    await page.context().setOffline(true);
    await page.getByRole('button', { name: /^Catat tanda tangan Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    await sees(dialog, 'Server tidak terjangkau');
    await sees(dialog, 'Coba lagi');
    const empty = await dialog.getByText('Belum ada pejabat').count();
    await page.context().setOffline(false);
    await pick(dialog, 'Pejabat penanda tangan', 'Contoh Kadis');

    expect(empty).toBe(0);
  });

  test('lets somebody go on who was overtaken by a colleague', async () => {
    const { id, at } = await inSigning(api, { title: 'PKS berdua' });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);
    await page.getByRole('button', { name: /^Catat nomor Dinas/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Nomor naskah' }).fill('560/77');

    const officer = await api.as('officer-tondano');
    await officer.post(`${at}/numbers`, {
      party: offices.tondano,
      number: 'PER/77',
      dated: '2024-01-08',
    });
    await dialog.getByRole('button', { name: 'Pakai keadaan terbaru' }).click();
    await dialog.getByRole('button', { name: /^Catat nomor/ }).click();
    await dialog.waitFor({ state: 'detached' });

    await sees(page, '560/77');
    await sees(page, 'PER/77');
  });

  test('names the text and the dates that a colleague changed, before they are approved', async () => {
    const { id } = await inApproval(api, { title: 'PKS yang berubah' });
    const page = await people.as('approver-mitra', `/perjanjian/${id}`);
    await page.getByRole('button', { name: 'Setujui: Bagian Hukum' }).click();
    const approval = page.getByRole('dialog');
    await approval.getByRole('checkbox', { name: /^Ada surat/ }).check();
    await approval.getByLabel('Nomor surat').fill('180/9/2024');
    await approval.getByLabel('Tanggal surat').fill('8 Januari 2024');
    const before = await approval.innerText();

    const colleague = await people.as('legal-mitra', `/perjanjian/${id}`);
    await colleague.getByRole('button', { name: 'Tindakan lain' }).click();
    await colleague.getByRole('menuitem', { name: 'Ubah tanggal' }).click();
    await colleague.getByLabel('Tanggal berakhir').fill('30 November 2024');
    await colleague.getByLabel('Alasan').fill('Anggaran lebih pendek');
    await colleague.getByRole('dialog').getByRole('button', { name: 'Ubah tanggal' }).click();
    await sees(approval, 'Naskah sekarang versi 2.');
    await sees(approval, 'Jangka waktu sekarang 8 Januari 2024 s.d. 30 November 2024.');
    await approval.getByRole('button', { name: 'Pakai keadaan terbaru' }).click();
    await sees(approval, /berlaku untuk naskah versi 2/);
    const kept = await approval.getByLabel('Nomor surat').inputValue();
    await approval.getByRole('button', { name: 'Setujui: Bagian Hukum' }).click();
    await approval.waitFor({ state: 'detached' });

    expect(before).toContain('berlaku untuk naskah versi 1');
    expect(kept).toBe('180/9/2024');
    await sees(page, /^Disetujui 8 Januari 2024/);
  });

  test('asks for the reason why dates change under an MoU that has ended', async () => {
    const mou = await proposed(api, anMouBody({ title: 'MoU yang dicabut' }));
    const { id } = await proposed(api, { title: 'PKS tanpa payung', parent: mou.id });
    const legal = await api.as('legal-mitra');
    const ended = await legal.post(`${mou.at}/withdrawals`, {
      office: offices.mitra,
      reason: 'Tidak jadi',
    });
    const page = await people.as('legal-mitra', `/perjanjian/${id}`);

    await page.getByRole('button', { name: 'Tindakan lain' }).click();
    await page.getByRole('menuitem', { name: 'Ubah tanggal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tanggal berakhir').fill('30 November 2024');
    await dialog
      .getByRole('textbox', { name: 'Alasan', exact: true })
      .fill('Anggaran lebih pendek');
    await dialog.getByLabel('Alasan melampaui MoU induk').fill('MoU baru menyusul');
    await dialog.getByRole('button', { name: 'Ubah tanggal' }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(ended.body).toMatchObject({ stage: 'ended' });
    await sees(page, '30 November 2024');
  });

  test('lets somebody without a mouse take the MoU out of a renewal', async () => {
    const mou = await proposed(api, anMouBody({ title: 'MoU yang dilepas' }));
    const { id } = await signed(api, '2024-01-08', { title: 'PKS 2024', parent: mou.id });
    const page = await people.as('proposer-mitra', `/perjanjian/${id}`);

    await page.getByRole('button', { name: 'Mulai perpanjangan' }).click();
    const dialog = page.getByRole('dialog');
    const above = dialog.getByRole('combobox', { name: 'MoU induk' });
    await above.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const left = await above.inputValue();
    await dialog.getByRole('button', { name: 'Mulai perpanjangan' }).click();

    expect(left).toBe('');
    await standsBefore(page, 'PKS 2025');
    await sees(page, /^Berdiri sendiri|Perjanjian sebelumnya/);
    expect(await page.getByText('MoU yang dilepas').count()).toBe(0);
  });

  test('offers in each field the offices that suit it', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian/baru');
    await sees(page, 'Langkah 1');
    const offers = async (group: string, suiting: string, other: string) => {
      await page
        .getByRole('group', { name: group })
        .getByRole('combobox', { name: 'Kantor' })
        .click();
      await page.getByRole('option', { name: suiting }).waitFor();
      const others = await page.getByRole('option', { name: other }).count();
      await page.keyboard.press('Escape');
      return others === 0;
    };

    expect(await offers('Pihak 1', 'Dinas Sosial', 'Kantor Cabang')).toBe(true);
    expect(await offers('Pihak 2', 'Kantor Cabang Manado', 'Dinas')).toBe(true);
    expect(await offers('Langkah 1', 'Kantor Cabang Manado', 'Pengelola Mapalus')).toBe(true);
  });

  test('of a proposal survives a reload', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian/baru');
    // The page has filled in what it can; nothing moves any more.
    await sees(page, 'Langkah 1');
    await page.getByRole('textbox', { name: 'Judul' }).fill('PKS yang belum dikirim');
    await choose(page.getByRole('group', { name: 'Pihak 2' }), 'Kantor', 'Tondano');
    await page.waitForFunction(() =>
      Object.values(localStorage).some((each: string) => each.includes('Tondano')),
    );

    await page.reload();
    await sees(page, 'Isian yang belum Anda kirim masih tersimpan di peramban ini.');
    const title = await page.getByRole('textbox', { name: 'Judul' }).inputValue();
    await page.getByRole('button', { name: 'Mulai dari kosong' }).click();

    expect(title).toBe('PKS yang belum dikirim');
    expect(await page.getByRole('textbox', { name: 'Judul' }).inputValue()).toBe('');
  });

  test('of a proposal whose answer got lost makes one agreement, also after a reload', async () => {
    const title = 'PKS di ujung sinyal';
    const page = await people.as('proposer-mitra', '/perjanjian/baru');
    // The page has filled in what it can; nothing moves any more.
    await sees(page, 'Langkah 1');
    await page.getByRole('textbox', { name: 'Judul' }).fill(title);
    await choose(page.getByRole('group', { name: 'Pihak 2' }), 'Kantor', 'Tondano');
    const answerGetsLost = async (route: Route) => {
      await route.fetch({ url: `${api.url}/api/v1/agreements` });
      await route.abort('internetdisconnected');
    };
    await page.route('**/api/v1/agreements', answerGetsLost, { times: 1 });

    await page.getByRole('button', { name: 'Usulkan perjanjian' }).click();
    await sees(page, 'Server tidak terjangkau');
    await page.reload();
    await page.getByRole('button', { name: 'Kirim ulang' }).click();
    await standsBefore(page, title);

    const made = await api.rows('select id from agreement where title = $1', [title]);
    expect(made).toHaveLength(1);
  });

  test('leads to the first field that is wrong', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian/baru');
    await sees(page, 'Langkah 1');

    await page.getByRole('button', { name: 'Usulkan perjanjian' }).click();
    const title = page.getByRole('textbox', { name: 'Judul' });
    await sees(page, 'Wajib diisi.');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-field') !== null);

    expect(await title.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await title.getAttribute('aria-invalid')).toBe('true');
  });

  test('of a password that somebody else made comes before everything else', async () => {
    const admin = await api.as('admin-mitra');
    const made = await admin.post('/users', {
      name: 'Contoh Baru',
      email: 'baru@example.test',
      memberships: [{ office: offices.mitraLabour, role: 'proposer' }],
    });
    const { oneTimePassword } = made.body;
    const page = await people.stranger('/kotak-keluar');

    await page.getByLabel('Surel').fill('baru@example.test');
    await page.getByLabel('Kata sandi', { exact: true }).fill(oneTimePassword);
    await page.getByRole('button', { name: 'Masuk' }).click();
    await standsBefore(page, 'Ganti kata sandi');
    await page.goto('/perjanjian');
    await standsBefore(page, 'Ganti kata sandi');
    await page.getByLabel('Kata sandi sekarang').fill(oneTimePassword);
    await page.getByLabel('Kata sandi baru', { exact: true }).fill('empat kata yang mudah');
    await page.getByLabel('Kata sandi baru sekali lagi').fill('empat kata yang mudah');
    await page.getByRole('button', { name: 'Ganti kata sandi' }).click();

    await standsBefore(page, 'Perjanjian');
  });

  test('of somebody who mistypes the password says so and keeps the name', async () => {
    const page = await people.stranger('/');

    await page.getByLabel('Surel').fill(emailOf('legal-mitra'));
    await page.getByLabel('Kata sandi', { exact: true }).fill('bukan kata sandinya');
    await page.getByRole('button', { name: 'Masuk' }).click();
    await sees(page, 'Surel atau kata sandi tidak cocok');
    await page.getByLabel('Kata sandi', { exact: true }).fill(TEST_PASSWORD);
    await page.getByRole('button', { name: 'Masuk' }).click();

    await standsBefore(page, 'Perjanjian');
    expect(people.complaints).toEqual([]);
  });
});
