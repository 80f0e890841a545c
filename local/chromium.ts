/**
 * Finds a Chromium, in which the pages are tested and their pictures taken. The ways are tried in
 * order; the last ones fetch it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { ROOT } from '../config/root.ts';
import { StartUpError } from './start-up-error.ts';

const run = promisify(execFile);

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ON_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Features without which pages are the same. The last list of a command line counts, so this one repeats
 * what matters of Playwright's: pages come by plain HTTP, and each is to be seen when it is drawn.
 */
const UNUSED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  // Each window would draw the suggestions of an address bar that nobody sees, in a process of its own,
  // and keep another process in store.
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
];

/**
 * Flags for a browser that is looked at by a program: as root, without a screen, and without
 * anything that reaches out to the internet by itself.
 */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${UNUSED_FEATURES.join(',')}`,
];

/**
 * The path of a Chromium or Chrome that starts: the one that `CHROMIUM` names, one that is
 * installed, or one fetched now. Tells `say` before anything that takes a while.
 */
export async function findChromium(
  named: string | undefined,
  say: (line: string) => void,
): Promise<string> {
  if (named) {
    if (await starts(named)) return named;
    throw new StartUpError(
      `CHROMIUM names ${named}, which does not start.`,
      'Name the program of a Chromium or Chrome, or leave CHROMIUM empty.',
    );
  }
  const installed = await firstThatStarts([...onPath(), ...ON_MACOS, chromium.executablePath()]);
  if (installed) return installed;

  const failures: string[] = [];
  for (const [name, fetchWay] of Object.entries(WAYS)) {
    try {
      await fetchWay(say);
      const fetched = await firstThatStarts([...onPath(), chromium.executablePath()]);
      if (fetched) return fetched;
      failures.push(`${name}: it is there and does not start`);
    } catch (error) {
      failures.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new StartUpError(
    `No Chromium could be found or fetched.\n  ${failures.join('\n  ')}`,
    [
      'Do one of these:',
      '- install Chromium or Chrome, so that `chromium --version` or `google-chrome --version` answers',
      '- set CHROMIUM to the path of its program',
    ].join('\n  '),
  );
}

const WAYS: Record<string, (say: (line: string) => void) => Promise<void>> = {
  'apt-get': async (say) => {
    if (!existsSync('/etc/debian_version')) throw new Error('not a Debian');
    if (process.getuid?.() !== 0) throw new Error('needs root');
    say('Installing Chromium by apt-get (about 100 MB, once) …');
    const install = ['install', '--yes', '--no-install-recommends', 'chromium'];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // The list of packages may be missing or too old to name one that can be fetched.
    await run('apt-get', install, { env }).catch(async () => {
      await run('apt-get', ['update'], { env });
      await run('apt-get', install, { env });
    });
  },
  playwright: async (say) => {
    say('Fetching Chromium by Playwright (about 170 MB, once) …');
    const cli = path.join(ROOT, 'node_modules/playwright-core/cli.js');
    await run(process.execPath, [cli, 'install', 'chromium']);
  },
};

async function firstThatStarts(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    if (existsSync(program) && (await starts(program))) return program;
  }
  return undefined;
}

// Some systems have a program of that name that only says how to install the real one.
async function starts(program: string): Promise<boolean> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 30_000 });
    return /Chrom/.test(stdout);
  } catch {
    return false;
  }
}

function onPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 200) ?? '';
}
