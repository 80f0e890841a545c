/**
 * What the tests stand on, started once for all projects that need it. Test files ask for it through
 * `inject`.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { scratchFolder } from '../local/private-folder.ts';
import { writeWorkflowBundle } from '../worker/bundle.ts';
import { startCluster, startServer } from './support/test-servers.ts';

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
  const scratch = scratchFolder('tests');
  const bundlePath = path.join(scratch, 'workflows.js');

  const [cluster, temporal] = await Promise.all([
    startCluster(path.join(scratch, 'postgres')),
    startServer(),
    writeWorkflowBundle(bundlePath),
  ]);

  all.provide('postgres', {
    host: new URL(cluster.superuserUrl('x')).host,
    superuserUrl: cluster.superuserUrl('postgres'),
  });
  all.provide('temporalAddress', temporal.address);
  all.provide('temporalBinary', temporal.binary);
  all.provide('bundlePath', bundlePath);

  return async () => {
    await Promise.all([temporal.stop(), cluster.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  };
}
