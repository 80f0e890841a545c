/** An office has got another name since it signed: the pages show both. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signed } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import { cutOff, overhang, PAGES, peopleAt, sees } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

const TODAY = '2024-01-08';
const OLD = 'Dinas Tenaga Kerja dan Transmigrasi';

let api: Api;
let people: PeopleAtPages;
let at: string;
beforeAll(async () => {
  api = await anApi(TODAY, { pages: PAGES });
  people = await peopleAt(api);
  ({ at } = await signed(api, TODAY));
  const name = 'Dinas Ketenagakerjaan dan Perindustrian';
  await (await api.as('admin-mitra')).patch(`/offices/${offices.mitraLabour}`, { name });
});
afterAll(async () => {
  await people.close();
  await api.stop();
});

const screens = [
  ['a small laptop', { width: 1366, height: 768 }],
  ['a phone', { width: 390, height: 844 }],
] as const;
test.each(screens)('on %s', async (_device, screen) => {
  const page = await people.as('officer-tondano', at.replace('agreements', 'perjanjian'), screen);

  const parties = page.getByRole('region', { name: 'Para pihak' });
  await sees(parties, OLD);
  await sees(parties, 'sekarang: Dinas Ketenagakerjaan dan Perindustrian');
  await sees(page, `${OLD} (sekarang: Dinas Ketenagakerjaan dan Perindustrian)`);
  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);

  await page.goto('/perjanjian');
  await sees(page, `${OLD} (sekarang: Dinas Ketenagakerjaan dan Perindustrian) · Kantor Cabang`);
  expect([await overhang(page), await cutOff(page)]).toEqual([0, []]);
  expect(people.complaints).toEqual([]);
});
