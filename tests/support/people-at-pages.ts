/** People at their browsers: real Chromium before the built pages, a real API and a real engine. */
import path from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { ROOT } from '../../config/root.ts';
import { CHROMIUM_FLAGS, findChromium } from '../../local/chromium.ts';
import { ORIGIN } from './api.ts';
import type { Api } from './api.ts';
import type { PersonName } from './cast.ts';

/** Where `npm run build` puts the pages. */
export const PAGES = path.join(ROOT, 'build/web');

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** Milliseconds that somebody looks at a page before giving up on it. */
const PATIENCE = 60_000;

export type PeopleAtPages = {
  /** Opens a browser in which this person is signed in already. */
  as: (person: PersonName, at?: string, screen?: typeof DESKTOP) => Promise<Page>;
  /** Opens a browser in which nobody is signed in. */
  stranger: (at?: string, screen?: typeof DESKTOP) => Promise<Page>;
  /** What pages complained about on their consoles, and answers of theirs that broke. */
  complaints: string[];
  close: () => Promise<void>;
};

/** Browsers for the people of an API that serves the pages. */
export async function peopleAt(api: Pick<Api, 'url' | 'as'>): Promise<PeopleAtPages> {
  const executablePath = await findChromium(process.env['CHROMIUM'], (line) => console.log(line));
  const { host } = new URL(api.url);
  const browser = await chromium.launch({
    executablePath,
    // Everybody knows the installation by one address, wherever this test's server listens.
    args: [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP ${new URL(ORIGIN).host} ${host}`],
  });
  const complaints: string[] = [];
  let addresses = 0;

  const open = async (screen: typeof DESKTOP): Promise<BrowserContext> => {
    addresses += 1;
    const context = await browser.newContext({
      baseURL: ORIGIN,
      viewport: screen,
      locale: 'id-ID',
      timezoneId: 'Asia/Makassar',
      reducedMotion: 'reduce',
      // Each browser stands at an address of its own, so that the limit per address holds.
      extraHTTPHeaders: { 'X-Forwarded-For': `10.1.0.${addresses}` },
    });
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  const visit = async (context: BrowserContext, at: string): Promise<Page> => {
    const page = await context.newPage();
    listen(page, complaints);
    await page.goto(at);
    return page;
  };

  return {
    complaints,
    async as(person, at = '/', screen = DESKTOP) {
      const { cookie } = await api.as(person);
      const context = await open(screen);
      await context.addCookies(
        cookie.split('; ').map((pair) => {
          const [name = '', ...value] = pair.split('=');
          return { name, value: value.join('='), url: ORIGIN };
        }),
      );
      return visit(context, at);
    },
    stranger: async (at = '/', screen = DESKTOP) => visit(await open(screen), at),
    async close() {
      await takePictures(browser);
      await browser.close();
    },
  };
}

// The browser itself notes every refusal on the console; what pages do with one is tested.
function listen(page: Page, complaints: string[]): void {
  const complain = (words: string) => complaints.push(`${new URL(page.url()).pathname}: ${words}`);
  page.on('pageerror', ({ message }) => complain(message));
  page.on('console', (message) => {
    const isRefusal = /^Failed to load resource.*status of 4\d\d/.test(message.text());
    const isOffline = /net::ERR_INTERNET_DISCONNECTED/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isRefusal && !isOffline) {
      complain(message.text());
    }
  });
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !pathname.startsWith('/api/')) complain(`${pathname} is gone`);
  });
}

// For whoever wants to know where a test was left: TEST_PICTURES names a folder.
async function takePictures(browser: Browser): Promise<void> {
  const folder = process.env['TEST_PICTURES'];
  if (!folder) return;
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [at, page] of pages.entries()) {
    await page.screenshot({ path: path.join(folder, `${at + 1}.png`), fullPage: true });
  }
}

/** Waits until this is to be read on the page. */
export async function sees(page: Page | Locator, words: string | RegExp): Promise<void> {
  await page.getByText(words).filter({ visible: true }).first().waitFor();
}

/** Waits until the page's own title says this. */
export async function standsBefore(page: Page, title: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/** Chooses from a field in which one searches by typing. */
export async function choose(within: Page | Locator, label: string, words: string): Promise<void> {
  await within.getByRole('combobox', { name: label }).fill(words);
  await takeOption(within, words);
}

/** Chooses from a field that opens a short list. */
export async function pick(within: Page | Locator, label: string, words: string): Promise<void> {
  await within.getByRole('combobox', { name: label }).click();
  await takeOption(within, words);
}

// Lists open above everything else on the page.
async function takeOption(within: Page | Locator, words: string): Promise<void> {
  const page = 'keyboard' in within ? within : within.page();
  await page.getByRole('option', { name: words }).first().click();
}

/** Everything about a page that would hinder people who cannot see or point well. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** How many pixels of the page lie beyond the right edge of the screen. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** The buttons whose words do not fit into them. What is a pixel wide is for those who listen. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, button *')]
      .filter((each) => each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1)
      .filter((each) => getComputedStyle(each).overflowX !== 'visible')
      .map((each) => each.innerText),
  );
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
