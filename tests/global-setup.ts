/**
 * What the tests stand on, started once for all projects that need it. Test files ask for it through
 * `inject`.
 */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { ROOT } from '../config/root.ts';
import { bundleProcesses } from '../local/bundle-processes.ts';
import { KILLABLE } from './support/killable-processes.ts';
import { startCluster, startServer } from './support/test-servers.ts';
import { swiftFolder } from './support/swift-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { host: string; superuserUrl: string };
    temporalAddress: string;
    temporalBinary: string;
    bundlePath: string;
  }
}

export default async function setup({
  vitest,
}: TestProject): Promise<(() => Promise<void>) | void> {
  const all = vitest.getRootProject();
  // Projects are set up one after another, and an earlier one has started it.
  if (all.getProvidedContext().postgres) return;
  const scratch = swiftFolder('tests');
  const [cluster, temporal] = await Promise.all([
    startCluster(path.join(scratch, 'postgres')),
    startServer(),
    build(),
  ]);

  all.provide('postgres', {
    host: new URL(cluster.superuserUrl('x')).host,
    superuserUrl: cluster.superuserUrl('postgres'),
  });
  all.provide('temporalAddress', temporal.address);
  all.provide('temporalBinary', temporal.binary);
  all.provide('bundlePath', path.join(ROOT, 'build/workflows.js'));

  return async () => {
    await Promise.all([temporal.stop(), cluster.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  };
}

// Of the product only what is older than its sources; after `npm run build` nothing is.
async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'local/build.ts'], { cwd: ROOT });
  await bundleProcesses(KILLABLE, 'build/tests');
}
