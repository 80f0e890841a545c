/** A mail that was not sent, and an address that is corrected, as people see them at their browsers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementEntity } from '../../../activities/agreement/entity.ts';
import { recordingOf } from '../../../activities/recording.ts';
import { passMilestones } from '../../../domain/milestones.ts';
import { milestone } from '../../../domain/shared/plan.ts';
import { anActiveAgreement } from '../../support/agreements.ts';
import { recorded } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { eventually } from '../../support/eventually.ts';
import { overhang, PAGES, peopleAt, sees } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';
import { aPostOffice } from '../../support/post-office.ts';
import type { PostOffice } from '../../support/post-office.ts';

const DAY = '2024-12-17';
const SCREENS = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];

describe('a reminder whose renewal was signed before it left', () => {
  let api: Api;
  let people: PeopleAtPages;
  let postOffice: PostOffice;
  let at: string;
  beforeAll(async () => {
    api = await anApi(DAY, { pages: PAGES });
    const active = anActiveAgreement();
    ({ at } = await recorded(api, active, 'PKS yang diperpanjang'));
    const due = [milestone('agreement', { kind: 'reminder', dueDay: DAY })];
    const { record } = recordingOf(agreementEntity, {
      database: api.engine.database,
      release: 'test',
      mailDomain: 'example.test',
    });
    await record({
      change: passMilestones(active, due, DAY),
      cause: { by: 'time', due, day: DAY },
    });
    const term = { start: '2025-01-01', end: '2025-12-31' };
    await recorded(api, anActiveAgreement({ renewalOf: active.id, term }), 'PKS 2025');
    postOffice = await aPostOffice(api.engine);
    people = await peopleAt(api);
    await eventually(async () => {
      const waiting = await api.rows("select from outbox where state <> 'not-sent'");
      return waiting.length === 0 ? true : undefined;
    });
  });
  afterAll(async () => {
    await people.close();
    await postOffice.stop();
    await api.stop();
  });

  test.each(SCREENS)('is not sent, says the outbox, and why ($width)', async (screen) => {
    const page = await people.as('officer-tondano', '/kotak-keluar', screen);

    await sees(page, /^Tidak dikirim$/);
    await sees(page, 'Perpanjangannya sudah ditandatangani.');
    expect(await overhang(page)).toBe(0);
    await page.getByRole('link', { name: /14 hari lagi/ }).click();
    await sees(page, 'Mengapa tidak dikirim');
  });

  test.each(SCREENS)(
    'is neither planned nor done among the milestones ($width)',
    async (screen) => {
      const { body } = await (await api.as('officer-tondano')).get(`${at}/milestones`);
      const page = await people.as(
        'officer-tondano',
        at.replace('/agreements', '/perjanjian'),
        screen,
      );

      await sees(page, 'tidak dikirim');
      expect(body.items[0]).toMatchObject({ kind: 'reminder', day: DAY, state: 'not-sent' });
      expect(await overhang(page)).toBe(0);
    },
  );

  test.each(SCREENS)('a mistyped address is corrected under accounts ($width)', async (screen) => {
    const page = await people.as('admin-mitra', '/pengaturan/akun?cari=social', screen);

    await page.getByRole('button', { name: 'Perbaiki surel Contoh social-mitra' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Surel' }).fill('legal-mitra@example.test');
    await dialog.getByRole('button', { name: 'Perbaiki surel' }).click();
    await sees(page, /sudah dipakai|sudah digunakan|sudah ada/);
    await dialog
      .getByRole('textbox', { name: 'Surel' })
      .fill(`sosial-${screen.width}@example.test`);
    await dialog.getByRole('button', { name: 'Perbaiki surel' }).click();

    await sees(page, `sosial-${screen.width}@example.test`);
    expect(await overhang(page)).toBe(0);
  });
});
