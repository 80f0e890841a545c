/**
 * `npm run lifecycles:restore`: lets PostgreSQL and the engine agree again about every open
 * agreement, after one of them was lost or replaced by an older copy. It may be repeated at will.
 * `-- --end-unknown` also ends workflows whose agreements PostgreSQL has never heard of. Exits with
 * 1 when something is left to do.
 */
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { databaseUrl } from '../prisma/databases.ts';
import { releaseOf } from '../config/release.ts';
import { readSettings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import { connect } from '../prisma/connect.ts';
import { ENTITIES_QUEUE } from '../workflows/messages.ts';
import { ENTITIES } from './entities.ts';
import { restoreLifecycles } from './restore.ts';
import type { Restored } from './restore.ts';

// A history that breaks is told below, by its agreement.
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const settings = readSettings();
const database = connect(databaseUrl(settings, 'mapalus_worker'));
const connection = await Connection.connect(temporalConnection(settings));

const bundlePath = path.resolve(settings.WORKFLOW_BUNDLE);
const restored = await restoreLifecycles({
  client: new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE }),
  database,
  taskQueue: ENTITIES_QUEUE,
  kinds: ENTITIES,
  bundlePath,
  release: releaseOf(bundlePath),
  endUnknown: process.argv.includes('--end-unknown'),
});
await connection.close();
await database.close();
tell(restored);
process.exit(restored.failed.length + restored.unknown.length === 0 ? 0 : 1);

function tell({ looked, failed, ...by }: Restored): void {
  const changed = [
    by.begunAgain,
    by.sick,
    by.recordedAgain,
    by.endRecorded,
    by.stopped,
    by.unknown,
    by.unknownEnded,
    failed,
  ];
  const well = changed.reduce((left, each) => left - each.length, looked);
  console.log(`${looked} agreements looked at, ${Math.max(0, well)} of them were in order.`);
  say(by.begunAgain, 'began again from PostgreSQL, lost or older in the engine');
  say(by.sick, 'began again, because their workflow could not go on');
  say(by.recordedAgain, 'were newer in the engine and are recorded again');
  say(by.endRecorded, 'had ended in the engine; their end is recorded');
  say(by.stopped, 'had ended in PostgreSQL; their workflow was stopped');
  say(by.unknownEnded, 'ran without a row in PostgreSQL and were ended');
  name(by.partlyLost, 'lost a number, which has to be entered again');
  name(by.unknown, 'run without a row in PostgreSQL; `-- --end-unknown` ends them');
  if (failed.length > 0) console.error(`${failed.length} could not be restored:`);
  for (const { id, reason } of failed) console.error(`  ${id}: ${reason}`);
}

function say(ids: readonly string[], what: string): void {
  if (ids.length > 0) console.log(`${ids.length} ${what}.`);
}

function name(ids: readonly string[], what: string): void {
  if (ids.length === 0) return;
  console.log(`${ids.length} ${what}:`);
  for (const id of ids) console.log(`  ${id}`);
}
