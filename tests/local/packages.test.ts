/** The packages that the product stands on: pinned, and complete without those of its making. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import esbuild from 'esbuild';
import { expect, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { PROCESSES } from '../../local/built-process.ts';
import { freePort } from '../../local/port.ts';
import { eventually } from '../support/eventually.ts';
import { aStartingPlace, run } from '../support/started-here.ts';

type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> };

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;

test('every package is named in one exact version, the one that the lockfile holds', () => {
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };

  const named = { ...manifest.dependencies, ...manifest.devDependencies };

  const locked = Object.keys(named).map((name) => [
    name,
    lock.packages[`node_modules/${name}`]?.version,
  ]);
  expect(named).toEqual(Object.fromEntries(locked));
});

test('whatever a built process imports is a dependency of the product, not of its making', async () => {
  const imported = await packagesImportedBy(Object.values(PROCESSES));

  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((name) => !(name in manifest.dependencies))).toEqual([]);
});

test('after `npm prune --omit=dev` API and worker run, and everything that they need', async () => {
  const tree = mkdtempSync(path.join(tmpdir(), 'mapalus-pruned-'));
  chmodSync(tree, 0o755);
  const workerPort = await freePort();
  const place = await aStartingPlace({ WORKER_PORT: String(workerPort) }, tree);
  try {
    copyProduct(tree);
    const npm = ['prune', '--omit=dev', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', npm, { cwd: tree });

    const running = await place.start();
    for (const url of [place.url, `http://127.0.0.1:${workerPort}`]) await untilReady(url);
    const { PATH = '', HOME = '' } = process.env;
    const operator = { PATH, HOME, MAPALUS_HOME: place.folder };
    const checked = await run('npm', ['run', 'upgrade-check'], operator, { cwd: tree }).ended;
    const { code } = await running.end('SIGTERM');

    expect([checked, code]).toEqual([0, 0]);
  } finally {
    await place.remove();
    rmSync(tree, { recursive: true, force: true });
  }
});

// A busy machine may take longer than the two seconds that a check of `/readyz` waits.
async function untilReady(url: string): Promise<void> {
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, {
    waitingFor: `${url}/readyz`,
  });
}

// As a bundler sees them, also those that are imported late.
async function packagesImportedBy(sources: readonly string[]): Promise<string[]> {
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [...sources],
    outdir: 'nowhere',
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const names = imports
    .filter(({ external, path: name }) => external && !isBuiltIn(name))
    .map(({ path: name }) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return [...new Set(names)].sort();
}

function isBuiltIn(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

// What is deployed: manifest, lockfile, packages, build, migrations and rights. Packages are linked,
// not copied, but for the one file in which npm writes.
function copyProduct(tree: string): void {
  const deployed = [
    'package.json',
    'package-lock.json',
    'build',
    'prisma/migrations',
    'prisma/rights',
  ];
  for (const each of deployed) {
    cpSync(path.join(ROOT, each), path.join(tree, each), { recursive: true });
  }
  const [from, to] = [path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules')];
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    // Another disk cannot be linked to.
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to]);
  }
  rmSync(path.join(to, '.package-lock.json'));
  cpSync(path.join(from, '.package-lock.json'), path.join(to, '.package-lock.json'));
}
