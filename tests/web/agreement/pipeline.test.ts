import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { anMouBody, inApproval, proposed, signed } from '../../support/agreements-over-http.ts';
import { PAGES, peopleAt, PHONE, sees, standsBefore } from '../../support/people-at-pages.ts';
import type { PeopleAtPages } from '../../support/people-at-pages.ts';

describe('the list of agreements in the browser', () => {
  let api: Api;
  let people: PeopleAtPages;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { pages: PAGES });
    people = await peopleAt(api);
    await Promise.all([
      proposed(api, anMouBody({ title: 'MoU Lima Tahun' })),
      inApproval(api, {
        title: 'PKS Tokoh Agama',
        term: { start: '2024-02-01', end: '2024-12-31' },
      }),
      signed(api, '2024-01-08', {
        title: 'PKS Nelayan',
        term: { start: '2024-01-08', end: '2024-03-31' },
      }),
    ]);
  });
  afterAll(async () => {
    await people.close();
    await api.stop();
  });

  test('shows what ends first at the top', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian');

    await lists(page, ['PKS Nelayan', 'PKS Tokoh Agama', 'MoU Lima Tahun']);
  });

  test('is sorted and filtered by an address that can be sent on', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian');
    await page.getByLabel('Jenis').filter({ visible: true }).selectOption({ label: 'PKS' });
    await page.getByRole('button', { name: 'Perjanjian', exact: true }).click();
    await page.getByRole('button', { name: /^Perjanjian.*urut naik/ }).click();
    await page.waitForURL(/urut=-title/);

    const colleague = await people.as('legal-mitra', page.url());
    await lists(colleague, ['PKS Tokoh Agama', 'PKS Nelayan']);
    await page.getByRole('button', { name: 'Hapus saringan' }).click();
    await sees(page, 'MoU Lima Tahun');

    expect(await colleague.getByLabel('Jenis').filter({ visible: true }).inputValue()).toBe('pks');
    expect(new URL(page.url()).searchParams.get('jenis')).toBeNull();
  });

  test('is searched while one types, and says when nothing fits', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian');
    await sees(page, 'PKS Nelayan');

    await page.keyboard.press('/');
    await page.keyboard.type('tokoh');
    await page.waitForURL(/cari=tokoh/);
    await lists(page, ['PKS Tokoh Agama']);
    await page.keyboard.type(' yang tidak ada');
    await sees(page, 'Tidak ada yang cocok');
    await page.getByRole('button', { name: 'Hapus saringan' }).last().click();

    await lists(page, ['PKS Nelayan', 'PKS Tokoh Agama', 'MoU Lima Tahun']);
  });

  test('is found again as it stood on the way back from an agreement', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian?jenis=pks&urut=-title');
    await page.getByRole('link', { name: 'PKS Tokoh Agama' }).click();
    await standsBefore(page, 'PKS Tokoh Agama');

    await page.getByRole('link', { name: 'Daftar perjanjian' }).click();

    await lists(page, ['PKS Tokoh Agama', 'PKS Nelayan']);
    expect(new URL(page.url()).search).toBe('?jenis=pks&urut=-title');
  });

  test('shows whose turn it is', async () => {
    const page = await people.as('approver-mitra', '/perjanjian?giliran=saya');

    await lists(page, ['PKS Tokoh Agama']);
    await sees(page, 'Giliran Anda');
  });

  test('tells somebody with nothing to do that it is so', async () => {
    const page = await people.as('officer-manado', '/perjanjian?giliran=saya');

    await sees(page, 'Tidak ada naskah di meja Anda');
  });

  test('is not for somebody without a role, who is told whom to ask', async () => {
    const page = await people.as('stranger', '/perjanjian');

    await standsBefore(page, 'Akun Anda belum mempunyai peran');

    expect(await page.title()).toBe('Akun Anda belum mempunyai peran · Mapalus');
  });

  test('tells somebody without agreements where to begin', async () => {
    const page = await people.as('officer-manado', '/perjanjian');

    await sees(page, 'Belum ada perjanjian');
    await page.getByRole('link', { name: 'Usulkan perjanjian' }).last().click();
    await standsBefore(page, 'Usulkan perjanjian');
  });

  test('is the way to an agreement and to its approval for somebody without a mouse', async () => {
    const page = await people.as('legal-mitra', '/perjanjian');
    await sees(page, 'PKS Tokoh Agama');

    await page.keyboard.press('Tab');
    const skipped = await focused(page);
    await page.keyboard.press('Enter');
    await tabTo(page, 'PKS Tokoh Agama');
    await page.keyboard.press('Enter');
    await standsBefore(page, 'PKS Tokoh Agama');
    const announced = await focused(page);
    await tabTo(page, 'Setujui: Bagian Hukum');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const returned = await focusedWhenClosed(page, () => page.keyboard.press('Escape'));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Setujui: Bagian Hukum');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    expect(skipped).toBe('Langsung ke isi halaman');
    expect(announced).toBe('PKS Tokoh Agama');
    expect(returned).toBe('Setujui: Bagian Hukum');
    await sees(page, /^Disetujui 8 Januari 2024/);
  });

  test('has its filters behind one button on a phone', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian', PHONE);
    await sees(page, 'PKS Nelayan');

    await page.getByRole('button', { name: 'Saringan' }).click();
    await page.getByLabel('Jenis').filter({ visible: true }).selectOption({ label: 'MoU' });
    await page.getByRole('button', { name: 'Saringan (1)' }).waitFor();

    await lists(page, ['MoU Lima Tahun']);
    expect(people.complaints).toEqual([]);
  });

  test('tells a planned beginning from one that is certain', async () => {
    await signed(api, '2024-01-08', {
      title: 'PKS Pedagang',
      term: { start: '2024-02-01', end: '2029-01-31' },
    });
    const page = await people.as('proposer-mitra', '/perjanjian?tahap=signing');
    await sees(page, 'PKS Pedagang');
    await sees(page, 'Ditandatangani, berlaku mulai 1 Februari 2024');

    await page.goto('/perjanjian?tahap=proposal');

    await sees(page, /^rencana mulai 8 Jan/);
  });

  test('counts the days that are left anew when a new day begins', async () => {
    const page = await people.as('proposer-mitra', '/perjanjian');
    await sees(page, '83 hari lagi');

    const legal = await api.as('legal-mitra');
    // Nothing here sends mail, and the clock would wait for it.
    await api.rows('update outbox set attempts = 1');
    await legal.post('/clock/advance', { to: '2024-01-09' });

    await sees(page, '82 hari lagi');
  });
});

/** Waits until these agreements are listed, in this order. */
async function lists(page: Page, titles: string[]): Promise<void> {
  const links = page.getByRole('rowheader').getByRole('link');
  await expect.poll(() => links.allInnerTexts()).toEqual(titles);
}

/** What the keyboard stands on in the very moment in which a dialog closes. */
async function focusedWhenClosed(page: Page, close: () => Promise<void>): Promise<string> {
  const watched = await page.evaluateHandle(() => {
    const closed = new Promise<string>((resolve) => {
      new MutationObserver((_changes, observer) => {
        if (document.querySelector('[role=dialog]')) return;
        observer.disconnect();
        resolve((document.activeElement as HTMLElement | null)?.innerText ?? '');
      }).observe(document.body, { childList: true, subtree: true });
    });
    return { closed };
  });
  await close();
  return watched.evaluate(({ closed }) => closed);
}

/** What the keyboard stands on. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? '');
}

async function tabTo(page: Page, words: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === words) return;
  }
  throw new Error(`${words} is not reached by the keyboard`);
}
