/** Renewing at the page with a party that was outside: its office is proposed in its place. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anActiveAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { anOutsideParty } from '../../support/agreements-over-http.ts';
import { offices } from '../../support/cast.ts';
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
  {
    device: 'a small laptop, under its own name',
    screen: { width: 1366, height: 768 },
    party: { name: 'Pemerintah Kabupaten Minahasa', side: 'government' as const },
    instead: undefined,
    chosen: undefined,
    office: 'Pemerintah Kabupaten Minahasa',
  },
  {
    device: 'a phone, chosen among the offices of its institution',
    screen: { width: 390, height: 844 },
    party: { name: 'Cabang Lama Minahasa', side: 'bpjs' as const },
    instead: offices.tondano,
    chosen: 'Tondano',
    office: 'Kantor Cabang Tondano',
  },
];

test.each(screens)('on $device', async ({ screen, party, instead, chosen, office }) => {
  const term = { start: '2023-02-01', end: '2024-01-31' };
  const agreement = anActiveAgreement({ on: '2023-01-09', term });
  const title = `PKS dengan ${party.name}`;
  const { id } = await anOutsideParty(api, agreement, party, title, instead);
  const page = await people.as('proposer-mitra', `/perjanjian/${id}`, screen);
  await page.getByRole('button', { name: 'Mulai perpanjangan' }).click();
  const dialog = page.getByRole('dialog');
  const field = `Kantor yang menjadi pihak menggantikan ${party.name}`;
  const proposed = await dialog.getByRole('combobox', { name: field }).inputValue();
  if (chosen !== undefined) await choose(dialog, field, chosen);
  expect([await overhang(page), await cutOff(page), await barriers(page)]).toEqual([0, [], []]);
  await dialog.getByRole('button', { name: 'Mulai perpanjangan' }).click();
  await dialog.waitFor({ state: 'detached' });
  await standsBefore(page, title);
  await sees(page, 'Perjanjian sebelumnya');

  const [renewal] = await api.rows(
    `select o.name from agreement a, jsonb_array_elements(a.parties) party
       join office o on o.id = (party ->> 'id')::uuid where a.renewal_of = $1 and o.name = $2`,
    [id, office],
  );
  expect(proposed).toBe(chosen === undefined ? office : '');
  expect(renewal).toEqual({ name: office });
  expect(people.complaints).toEqual([]);
});
