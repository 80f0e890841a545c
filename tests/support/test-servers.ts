/**
 * What tests and recorded lifecycles stand on: a PostgreSQL cluster with migrated template databases, a
 * Temporal server that can skip time, and the workflow bundle.
 */
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../local/port.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { Cluster } from '../../local/postgres.ts';
import { findTemporalBinary } from '../../local/temporal-binary.ts';
import { startTemporal } from '../../local/temporal.ts';
import type { TemporalServer } from '../../local/temporal.ts';
import { migrate } from '../../prisma/migrate.ts';
import { loadReferenceData } from '../../prisma/reference-data.ts';
import { ensureRoles } from '../../prisma/roles.ts';
import { seedCast } from './cast.ts';
import { createDatabase } from './create-database.ts';

/** Where the servers are that an engine of a test's own stands on. */
export type TestServers = { superuserUrl: string; temporalAddress: string; bundlePath: string };

/** The secret of every test installation; role passwords follow from it. */
export const TEST_SECRET = 'a secret for tests only, long enough to be taken for one';

/** Everybody's password in the cast. */
export const TEST_PASSWORD = 'mapalus mapalus mapalus';

/** Starts a cluster whose template `template_cast` is a migrated database with the cast in it. */
export async function startCluster(folder: string): Promise<Cluster> {
  const cluster = await startPostgres(folder, await freePort());
  await forgoDurability(cluster.superuserUrl('postgres'));
  await makeTemplates(cluster.superuserUrl('postgres'));
  return cluster;
}

// Nothing here has to survive a loss of power.
async function forgoDurability(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  for (const each of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    await client.query(`alter system set ${each} = off`);
  }
  await client.query('select pg_reload_conf()');
  await client.end();
}

/** Makes the template databases that tests begin with. */
export async function makeTemplates(superuserUrl: string): Promise<void> {
  await ensureRoles(superuserUrl, TEST_SECRET);
  const template = await createDatabase(superuserUrl, 'template_mapalus');
  await migrate(template);
  await loadReferenceData(template);
  const withCast = await createDatabase(superuserUrl, 'template_cast', 'template_mapalus');
  await seedCast(withCast, TEST_PASSWORD);
}

/** Starts a Temporal server that forgets everything when it stops. */
export async function startServer(): Promise<TemporalServer & { binary: string }> {
  const binary = await temporalBinary();
  const server = await startTemporal({ binary, port: await freePort(), timeSkipping: true });
  return { ...server, binary };
}

function temporalBinary(): Promise<string> {
  return findTemporalBinary(path.resolve('.mapalus/bin'), process.env['TEMPORAL_BINARY'], (line) =>
    console.log(line),
  );
}
