/**
 * `npm run pictures`: opens the training installation in which the story was played and takes the
 * pictures of the documents from it, in `docs/images/`.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../config/root.ts';
import { CHROMIUM_FLAGS, findChromium } from '../local/chromium.ts';
import { installationFolder } from '../local/installation-folder.ts';
import { freePort } from '../local/port.ts';
import { startStack } from '../local/stack.ts';
import { StartUpError } from '../local/start-up-error.ts';
import { PASSWORD } from './cast.ts';
import { trainingSettings } from './training-folder.ts';

const FOLDER = path.join(ROOT, 'docs/images');
const DESKTOP = { viewport: { width: 1200, height: 740 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

const LEGAL = 'hukum@mitra.example';
const PROPOSER = 'nakertrans@mitra.example';

const say = (line: string) => console.log(line);

try {
  await takePictures();
} catch (error) {
  console.error(error instanceof StartUpError ? `\n${error.message}\n→ ${error.remedy}` : error);
  process.exit(1);
}

async function takePictures(): Promise<void> {
  const settings = trainingSettings(process.env);
  if (!existsSync(path.join(installationFolder(settings).folder, 'demo.json'))) {
    throw new StartUpError('Kisah belum dimainkan.', 'npm run demo, lalu ulangi.');
  }
  const executablePath = await findChromium(process.env['CHROMIUM'], say);
  const stack = await startStack(settings, { say });
  try {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    await Promise.all([
      stack.startProcess('the worker', 'worker', { BASE_URL: origin }),
      stack.startProcess('the API', 'api', {
        HOST: '127.0.0.1',
        PORT: String(port),
        BASE_URL: origin,
      }),
    ]);
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    mkdirSync(FOLDER, { recursive: true });
    await atTheDesk(await signedIn(browser, origin, LEGAL, DESKTOP));
    await onThePhone(await signedIn(browser, origin, PROPOSER, PHONE));
    await browser.close();
  } finally {
    await stack.stop();
  }
}

async function atTheDesk(page: Page): Promise<void> {
  await page.goto('/perjanjian?tahap=semua');
  await page.getByRole('rowheader').first().waitFor();
  await keep(page, 'pipeline');

  await openNewest(page);
  await keep(page, 'agreement');

  await page.goto('/kotak-keluar?macam=reminder');
  await page.getByRole('rowheader').getByRole('link').first().click();
  const letter = page.frameLocator('iframe');
  await letter.getByRole('link').first().waitFor();
  await keep(page, 'outbox');
}

async function onThePhone(page: Page): Promise<void> {
  await page.goto('/perjanjian');
  await openNewest(page);
  await keep(page, 'phone');
}

/** Opens the agreement that the story ends with. */
async function openNewest(page: Page): Promise<void> {
  await page
    .getByRole('rowheader')
    .getByRole('link', { name: /^PKS .* 2025/ })
    .click();
  await page.getByRole('listitem').filter({ hasText: 'Perpanjangan diusulkan' }).last().waitFor();
}

async function signedIn(
  browser: Browser,
  baseURL: string,
  email: string,
  screen: typeof DESKTOP,
): Promise<Page> {
  const context = await browser.newContext({
    ...screen,
    baseURL,
    locale: 'id-ID',
    timezoneId: 'Asia/Makassar',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto('/masuk');
  await page.getByLabel('Surel').fill(email);
  await page.getByLabel('Kata sandi', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await page.getByRole('heading', { level: 1, name: 'Perjanjian' }).waitFor();
  return page;
}

async function keep(page: Page, name: string): Promise<void> {
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  say(path.relative(ROOT, file));
}
