/**
 * `npm run lifecycles:restore`: gives every open agreement its workflow back from the state that
 * PostgreSQL holds, after Temporal's data were lost or replaced by older ones. Agreements that
 * run and are up to date are left alone, so it may be repeated.
 */
import { Client, Connection } from '@temporalio/client';
import { databaseUrl } from '../config/databases.ts';
import { readSettings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import { connect } from '../prisma/connect.ts';
import { AGREEMENTS_QUEUE } from '../workflows/messages.ts';
import { restoreLifecycles } from './restoring.ts';

const settings = readSettings();
const database = connect(databaseUrl(settings, 'mapalus_worker'));
const connection = await Connection.connect(temporalConnection(settings));
const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });

const { open, restored, stopped } = await restoreLifecycles({
  client,
  database,
  taskQueue: AGREEMENTS_QUEUE,
});
console.log(
  `${open} open agreements, ${restored} of them restored, ${open - restored} were running.` +
    (stopped > 0 ? ` ${stopped} lives of ended agreements were stopped.` : ''),
);
await connection.close();
await database.close();
