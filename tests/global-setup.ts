/**
 * What the tests stand on, started once: PostgreSQL with a migrated template database, a Temporal
 * server that can skip time, and the workflow bundle.
 */
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { startTemporal } from '../local/temporal.ts';
import { findTemporalBinary } from '../local/temporal-binary.ts';
import { migrate } from '../prisma/migrate.ts';
import { loadReferenceData } from '../prisma/reference-data.ts';
import { ensureRoles } from '../prisma/roles.ts';
import { writeWorkflowBundle } from '../worker/bundle.ts';
import { hashPassword } from '../api/auth/password.ts';
import { seedCast } from './support/cast.ts';
import { createDatabase } from './support/create-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { host: string; superuserUrl: string };
    temporalAddress: string;
    temporalBinary: string;
    bundlePath: string;
  }
}

/** The secret of every test installation; role passwords follow from it. */
export const TEST_SECRET = 'a secret for tests only, long enough to be taken for one';

/** Everybody's password in the cast. */
export const TEST_PASSWORD = 'mapalus mapalus mapalus';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'mapalus-tests-'));
  chmodSync(scratch, 0o755);
  const bundlePath = path.join(scratch, 'workflows.js');

  const [cluster, temporal] = await Promise.all([
    startCluster(scratch),
    startServer(),
    writeWorkflowBundle(bundlePath),
  ]);

  project.provide('postgres', {
    host: new URL(cluster.superuserUrl('x')).host,
    superuserUrl: cluster.superuserUrl('postgres'),
  });
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalBinary', temporal.binary);
  project.provide('bundlePath', bundlePath);

  return async () => {
    await Promise.all([temporal.stop(), cluster.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  };
}

async function startCluster(scratch: string) {
  const cluster = await startPostgres(path.join(scratch, 'postgres'), await freePort());
  const superuserUrl = cluster.superuserUrl('postgres');
  await ensureRoles(superuserUrl, TEST_SECRET);
  const template = await createDatabase(superuserUrl, 'template_mapalus');
  await migrate(template);
  await loadReferenceData(template);
  const withCast = await createDatabase(superuserUrl, 'template_cast', 'template_mapalus');
  await seedCast(withCast, await hashPassword(TEST_PASSWORD));
  return cluster;
}

async function startServer() {
  const binary = await findTemporalBinary(
    path.resolve('.mapalus/bin'),
    process.env['TEMPORAL_BINARY'],
    (line) => console.log(line),
  );
  const server = await startTemporal({ binary, port: await freePort(), timeSkipping: true });
  return { ...server, binary };
}
