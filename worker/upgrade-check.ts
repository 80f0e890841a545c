/**
 * `npm run upgrade-check`: replays the histories of all open workflows with the code at hand.
 * Run it with the new release before deploying it; exits with 1 when anything breaks.
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

for (const { ref, reason } of broken) console.error(`${ref.id}: ${reason}`);
console.log(
  broken.length === 0
    ? `All ${open.length} open workflows replay. This release can be deployed.`
    : `${broken.length} of ${open.length} open workflows do not replay. Do not deploy this release.`,
);
process.exit(broken.length === 0 ? 0 : 1);
