/**
 * `npm run build`: what has to be made before anything runs: Prisma's client, the workflow bundle,
 * the processes and the pages. Only what is older than its sources is made again.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../config/root.ts';
import { PROCESSES } from './built-process.ts';
import { bundleProcesses } from './bundle-processes.ts';
import { inSentences } from './start-up-error.ts';

const run = promisify(execFile);
const CODE = [
  'activities',
  'api',
  'config',
  'demo',
  'domain',
  'local',
  'mail',
  'prisma',
  'texts',
  'worker',
  'workflows/messages.ts',
];

type Product = {
  name: string;
  /** Written last; its age is the product's age. */
  stamp: string;
  sources: string[];
  make: () => Promise<unknown>;
};

const products: Product[] = [
  {
    name: "Prisma's client",
    stamp: 'prisma/client/client.ts',
    sources: ['prisma/schema', 'node_modules/.package-lock.json'],
    // Without the variable the CLI would look for an engine on the internet.
    make: () =>
      npx(['prisma', 'generate'], {
        PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      }),
  },
  {
    name: 'the workflow bundle',
    stamp: 'build/workflows.js',
    sources: ['workflows', 'domain', 'worker/bundle.ts', 'node_modules/.package-lock.json'],
    make: makeBundle,
  },
  {
    name: 'the processes',
    stamp: 'build/start.js',
    sources: [...CODE, 'package.json', 'node_modules/.package-lock.json'],
    make: () => bundleProcesses(PROCESSES, 'build'),
  },
  {
    name: 'the pages',
    stamp: 'build/web/index.html',
    sources: ['web', 'domain', 'texts', 'vite.config.ts', 'node_modules/.package-lock.json'],
    // Also where tests build them: React for development is larger, and complains more.
    make: () => npx(['vite', 'build', '--logLevel', 'warn'], { NODE_ENV: 'production' }),
  },
];

try {
  await build();
} catch (error) {
  console.error(inSentences(error));
  process.exit(1);
}

async function build(): Promise<void> {
  const folder = path.join(ROOT, 'build');
  if (!existsSync(folder)) mkdirSync(folder);
  for (const { name, stamp, sources, make } of products) {
    if (!isStale(stamp, sources)) continue;
    console.log(`Building ${name} …`);
    await make();
  }
}

async function makeBundle(): Promise<void> {
  const { writeWorkflowBundle } = await import('../worker/bundle.ts');
  const unfinished = path.join(ROOT, 'build/workflows.unfinished.js');
  await writeWorkflowBundle(unfinished);
  await rename(unfinished, path.join(ROOT, 'build/workflows.js'));
}

async function npx(command: string[], env: Record<string, string> = {}): Promise<void> {
  const [tool = '', ...given] = command;
  const binary = path.join(ROOT, 'node_modules/.bin', tool);
  try {
    await run(binary, given, { cwd: ROOT, env: { ...process.env, ...env } });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    console.error(stdout + stderr);
    throw error;
  }
}

function isStale(stamp: string, sources: string[]): boolean {
  const file = path.join(ROOT, stamp);
  if (!existsSync(file)) return true;
  const made = statSync(file).mtimeMs;
  return sources.some((source) => newest(path.join(ROOT, source)) > made);
}

function newest(place: string): number {
  if (!existsSync(place)) return 0;
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    stat.mtimeMs,
    ...readdirSync(place).map((entry) => newest(path.join(place, entry))),
  );
}
