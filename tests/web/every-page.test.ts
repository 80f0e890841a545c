import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import {
  anMouBody,
  inApproval,
  inSigning,
  proposed,
  signed,
} from '../support/agreements-over-http.ts';
import {
  barriers,
  cutOff,
  DESKTOP,
  overhang,
  PAGES,
  peopleAt,
  PHONE,
  sees,
} from '../support/people-at-pages.ts';
import type { PeopleAtPages } from '../support/people-at-pages.ts';
import { aPostOffice } from '../support/post-office.ts';
import type { PostOffice } from '../support/post-office.ts';

describe('every page', () => {
  let api: Api;
  let people: PeopleAtPages;
  let postOffice: PostOffice;
  const ids = { pks: '', mou: '', signing: '', approval: '' };
  beforeAll(async () => {
    api = await anApi('2024-01-08', { pages: PAGES });
    people = await peopleAt(api);
    postOffice = await aPostOffice(api.engine);
    const mou = await proposed(api, anMouBody({ title: 'MoU Lima Tahun' }));
    const [pks, signing, approval] = await Promise.all([
      signed(api, '2024-01-08', { title: 'PKS Nelayan' }),
      inSigning(api, { title: 'PKS Tokoh Agama' }),
      inApproval(api, {
        title: 'PKS dengan judul yang panjang sekali supaya tampak apa yang terjadi di layar kecil',
      }),
    ]);
    Object.assign(ids, { mou: mou.id, pks: pks.id, signing: signing.id, approval: approval.id });
  });
  afterAll(async () => {
    await people.close();
    await postOffice.stop();
    await api.stop();
  });

  // What is to be read when the page is complete.
  const places: Record<string, { at: () => string; complete: string | RegExp }> = {
    'the list': { at: () => '/perjanjian?tahap=semua', complete: 'PKS Nelayan' },
    'an agreement in force': {
      at: () => `/perjanjian/${ids.pks}`,
      complete: 'Perjanjian diusulkan.',
    },
    'an agreement in approval': {
      at: () => `/perjanjian/${ids.approval}`,
      complete: 'Menunggu persetujuan',
    },
    'an MoU': { at: () => `/perjanjian/${ids.mou}`, complete: 'Perjanjian diusulkan.' },
    'a proposal': { at: () => '/perjanjian/baru', complete: 'Tambah langkah' },
    'the outbox': { at: () => '/kotak-keluar', complete: 'Terkirim' },
    'something that is not there': {
      at: () => '/perjanjian/tidak-ada',
      complete: /Tidak ditemukan/,
    },
  };
  const administration: typeof places = {
    'setting up a region': { at: () => '/pengaturan/wilayah', complete: 'Bagian Hukum' },
    offices: { at: () => '/pengaturan/kantor', complete: 'Dinas Sosial' },
    'office holders': { at: () => '/pengaturan/pejabat', complete: 'Contoh Kabag' },
    accounts: { at: () => '/pengaturan/akun', complete: 'Contoh legal-mitra' },
    'the trail': { at: () => '/pengaturan/keamanan', complete: 'sendiri' },
    'the browsers': { at: () => '/perangkat', complete: 'Berakhir sendiri' },
    reminders: { at: () => '/pengaturan/pengingat', complete: /Versi 1, berlaku/ },
  };

  test('is open to everybody, at a desk and on a phone', async () => {
    const found: Record<string, unknown> = {};
    const stranger = await people.stranger('/masuk');
    await sees(stranger, 'Belum punya akun?');
    found['signing in'] = await hindrances(stranger);
    const legal = await people.as('legal-mitra', '/kata-sandi');
    await sees(legal, 'Kata sandi sekarang');
    found['the password'] = await hindrances(legal);
    const admin = await people.as('admin-operator', '/pengaturan');
    for (const [page, some] of [
      [legal, places],
      [admin, administration],
    ] as const) {
      for (const [name, { at, complete }] of Object.entries(some)) {
        await page.goto(at());
        await sees(page, complete);
        found[name] = await hindrances(page);
      }
    }
    await legal.goto('/kotak-keluar');
    await legal.getByRole('rowheader').getByRole('link').first().click();
    await sees(legal, 'Macam surel');
    found['a mail'] = await hindrances(legal);

    expect(found).toEqual(
      Object.fromEntries(Object.keys(found).map((name) => [name, NO_HINDRANCE])),
    );
    expect(people.complaints).toEqual([]);
  });

  test('opens its forms to everybody, at a desk and on a phone', async () => {
    const found: Record<string, unknown> = {};
    const inspect = async (page: Page, name: string) => {
      await page.getByRole('dialog').waitFor();
      found[name] = await hindrances(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    const legal = await people.as('legal-mitra', `/perjanjian/${ids.signing}`);
    for (const name of [/^Catat nomor Dinas/, /^Catat tanda tangan Dinas/, 'Kembalikan']) {
      await legal.getByRole('button', { name }).click();
      await inspect(legal, String(name));
    }
    await legal.goto(`/perjanjian/${ids.approval}`);
    await legal.getByRole('button', { name: 'Setujui: Bagian Hukum' }).click();
    await inspect(legal, 'approval');
    await legal.goto(`/perjanjian/${ids.pks}`);
    await legal.getByRole('button', { name: 'Mulai perpanjangan' }).click();
    await inspect(legal, 'renewal');
    for (const name of ['Ubah tanggal', 'Akhiri sebelum waktunya']) {
      await legal.getByRole('button', { name: 'Tindakan lain' }).click();
      await legal.getByRole('menuitem', { name }).click();
      await inspect(legal, name);
    }
    await legal.getByRole('button', { name: 'Majukan waktu' }).click();
    await inspect(legal, 'the clock');
    const admin = await people.as('admin-operator', '/pengaturan/kantor');
    for (const [at, name] of [
      ['kantor', 'Tambah kantor'],
      ['pejabat', 'Catat pejabat'],
      ['akun', 'Buat akun'],
      ['pengingat', 'Tetapkan aturan baru'],
    ]) {
      await admin.goto(`/pengaturan/${at}`);
      await admin.getByRole('button', { name: name ?? '' }).click();
      await inspect(admin, name ?? '');
    }

    expect(found).toEqual(
      Object.fromEntries(Object.keys(found).map((name) => [name, NO_HINDRANCE])),
    );
    expect(people.complaints).toEqual([]);
  });
});

const NOTHING_HIDDEN = { overhang: 0, cutOff: [] };
const NO_HINDRANCE = { barriers: [], desk: NOTHING_HIDDEN, phone: NOTHING_HIDDEN };

// Names, roles and colours are the same on a phone; what differs there is the width.
async function hindrances(page: Page): Promise<Record<keyof typeof NO_HINDRANCE, unknown>> {
  const desk = await hidden(page);
  const found = await barriers(page);
  await page.setViewportSize(PHONE);
  const phone = await hidden(page);
  await page.setViewportSize(DESKTOP);
  return { barriers: found, desk, phone };
}

async function hidden(page: Page): Promise<Record<keyof typeof NOTHING_HIDDEN, unknown>> {
  return { overhang: await overhang(page), cutOff: await cutOff(page) };
}
