/** What a browser fetches before anything is to be read, from the built files and in a browser. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { signed } from '../support/agreements-over-http.ts';
import { PAGES, peopleAt, sees } from '../support/people-at-pages.ts';
import type { PeopleAtPages } from '../support/people-at-pages.ts';

describe('the first load of the pages', () => {
  const files = filesAtFirst();

  test('is at most 200 KB of script and 30 KB of styles, compressed', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(compressed('.js')).toBeGreaterThan(100_000);
    expect(compressed('.js')).toBeLessThanOrEqual(200_000);
    expect(compressed('.css')).toBeGreaterThan(10_000);
    expect(compressed('.css')).toBeLessThanOrEqual(30_000);
  });

  test('brings the typeface along, and only one file of it', () => {
    const fonts = readdirSync(path.join(PAGES, 'assets')).filter((name) => name.endsWith('.woff2'));

    expect(fonts).toEqual([expect.stringMatching(/^plus-jakarta-sans-latin-wght-normal-/)]);
    expect(files).toContain(`/assets/${fonts[0]}`);
  });

  test('leaves calendars, dialogs and the frame of those who are signed in for later', () => {
    const script = files
      .filter((file) => file.endsWith('.js'))
      .map(read)
      .join('\n');

    expect(script).toContain('Halaman ini tidak dapat ditampilkan');
    for (const later of ['weekendDays', 'floating-ui', 'shell.main', '/clock/advance']) {
      expect(script, later).not.toContain(later);
    }
  });

  function compressed(ending: string): number {
    return files
      .filter((file) => file.endsWith(ending))
      .reduce((sum, file) => sum + gzipSync(readFileSync(path.join(PAGES, file))).length, 0);
  }
});

test('the styles of every component that the pages use come with the pages', () => {
  const names = readdirSync(path.join(PAGES, 'assets'));
  const all = (ending: string) =>
    names
      .filter((name) => name.endsWith(ending))
      .map((name) => read(`/assets/${name}`))
      .join('\n');
  const library = ['core', 'dates', 'notifications']
    .map((name) =>
      readFileSync(path.join(ROOT, `node_modules/@mantine/${name}/styles.css`), 'utf8'),
    )
    .join('\n');
  const [styled, brought] = [classesIn(library), classesIn(all('.css'))];
  const used = [...classesIn(all('.js'))].filter((name) => styled.has(name));

  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((name) => !brought.has(name))).toEqual([]);
});

describe('a page in the browser', () => {
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

  test('is drawn in the typeface that comes with it, with figures of one width in tables', async () => {
    await signed(api, '2024-01-08', { title: 'PKS Nelayan' });
    const page = await people.as('legal-mitra', '/perjanjian?tahap=semua');
    await sees(page, 'PKS Nelayan');

    const { status, widths } = await page.evaluate(async () => {
      await document.fonts.ready;
      const cell = document.querySelector('td');
      const widthOf = (figure: string) => {
        const word = document.createElement('span');
        word.textContent = figure.repeat(20);
        cell?.append(word);
        const { width } = word.getBoundingClientRect();
        word.remove();
        return width;
      };
      return {
        status: [...document.fonts].map((font) => `${font.family} ${font.status}`),
        widths: [...'0123456789'].map(widthOf),
      };
    });

    expect(status).toEqual(['Plus Jakarta Sans loaded']);
    expect(new Set(widths).size).toBe(1);
    expect(people.complaints).toEqual([]);
  });

  test('whose part does not come loads itself again, and then says what to do', async () => {
    const page = await people.as('legal-mitra', '/perjanjian?tahap=semua');
    await page.route('**/assets/advance-dialog-*.js', (route) =>
      route.fulfill({ status: 404, body: '' }),
    );
    const open = page.getByRole('button', { name: 'Majukan waktu' });

    const reloaded = page.waitForEvent('load');
    await open.click();
    await reloaded;
    await open.click();
    await sees(page, 'Muat ulang halaman ini, lalu coba lagi.');
    await page.unroute('**/assets/advance-dialog-*.js');
    await page.getByRole('button', { name: 'Muat ulang' }).click();
    await open.click();
    await page.getByRole('dialog').waitFor();

    await sees(page.getByRole('dialog'), 'Majukan ke');
  });
});

/** What `index.html` names, and what those scripts import before they run. */
function filesAtFirst(): string[] {
  const named = read('/index.html').matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    if (!file.endsWith('.js')) return;
    for (const [, imported] of read(file).matchAll(
      /\b(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g,
    )) {
      add(`/assets/${imported}`);
    }
  };
  for (const [, file = ''] of named) add(file);
  return [...files];
}

function read(file: string): string {
  return readFileSync(path.join(PAGES, file), 'utf8');
}

/** The library names its classes by a hash. */
function classesIn(text: string): Set<string> {
  return new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g) ?? []);
}
