/** The same agreement twice, at the page: asked about where it is proposed, said where it is signed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSigning, signed } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import {
  barriers,
  choose,
  cutOff,
  overhang,
  PAGES,
  peopleAt,
  sees,
  standsBefore,
} from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

const TODAY = '2024-01-08';

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

const screens = [
  ['a small laptop', { width: 1366, height: 768 }, 'PKS Nelayan'],
  ['a phone', { width: 390, height: 844 }, 'PKS Petani'],
] as const;

test.each(screens)(
  'on %s a proposal is asked about and goes on',
  async (_device, screen, title) => {
    const first = await signed(api, TODAY, { title });
    const page = await people.as('proposer-mitra', '/perjanjian/baru', screen);
    // The page has filled in what it can; nothing moves any more.
    await sees(page, 'Langkah 1');
    await page.getByRole('textbox', { name: 'Judul' }).fill(title.toUpperCase());
    await choose(page.getByRole('group', { name: 'Pihak 2' }), 'Kantor', 'Tondano');
    await page.getByRole('button', { name: 'Usulkan perjanjian' }).click();

    await sees(page, 'Perjanjian serupa sudah ada');
    const link = page.getByRole('link', { name: `Buka “${title}”` });
    expect(await link.getAttribute('href')).toBe(first.at.replace('agreements', 'perjanjian'));
    expect([await overhang(page), await cutOff(page), await barriers(page)]).toEqual([0, [], []]);
    await page.getByLabel('Keduanya memang berjalan bersamaan').check();
    await page.getByRole('button', { name: 'Usulkan perjanjian' }).click();

    await standsBefore(page, title.toUpperCase());
    await sees(page, 'Ada perjanjian serupa');
    expect(people.complaints).toEqual([]);
  },
);

test.each(screens)('on %s signing shows the other one', async (_device, screen, title) => {
  const { at } = await inSigning(api, { title });
  const page = await people.as('proposer-mitra', at.replace('agreements', 'perjanjian'), screen);

  await sees(page, 'Ada perjanjian serupa');
  await page.getByRole('button', { name: /^Catat tanda tangan/ }).click();
  const dialog = page.getByRole('dialog');
  await sees(dialog, 'Pastikan keduanya memang diperlukan sebelum ditandatangani');

  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);
  expect(people.complaints).toEqual([]);
});
