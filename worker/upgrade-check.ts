/**
 * `npm run upgrade-check`: replays the histories of all open workflows with the code at hand, and says
 * how many this release continues and how many it will begin again from PostgreSQL. Run it with the new
 * release before deploying it; exits with 1 when a history cannot be read.
 */
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { databaseUrl } from '../prisma/databases.ts';
import { readSettings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import { connect } from '../prisma/connect.ts';
import { ENTITIES } from './entities.ts';
import { openEntities, replayWorkflows } from './replay-check.ts';
import type { ReplayFailure } from './replay-check.ts';

/** How many are named at most. */
const NAMED = 20;

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const settings = readSettings();
const database = connect(databaseUrl(settings, 'mapalus_worker'));
const connection = await Connection.connect(temporalConnection(settings));
const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });

const open = await openEntities(database, ENTITIES);
const bundlePath = path.resolve(settings.WORKFLOW_BUNDLE);
const broken = await replayWorkflows({ client, bundlePath }, open, (done) => {
  if (done % 100 === 0) console.log(`${done} of ${open.length} replayed`);
});
await connection.close();
await database.close();

const unreadable = broken.filter((each) => each.unreadable);
const begunAgain = broken.filter((each) => !each.unreadable);
console.log(`${open.length - broken.length} of ${open.length} open workflows replay.`);
if (begunAgain.length > 0)
  tell(`${begunAgain.length} will be begun again from PostgreSQL by this release:`, begunAgain);
if (unreadable.length > 0) tell(`${unreadable.length} cannot be read:`, unreadable);
else console.log('This release can be deployed.');
process.exit(unreadable.length === 0 ? 0 : 1);

function tell(what: string, failures: readonly ReplayFailure[]): void {
  console.log(what);
  for (const { ref, reason } of failures.slice(0, NAMED)) console.log(`  ${ref.id}: ${reason}`);
  if (failures.length > NAMED) console.log(`  and ${failures.length - NAMED} more`);
}
