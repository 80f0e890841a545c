/** A database, a worker and a client of a test file's own, on the shared servers. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import pg from 'pg';
import { inject, vi } from 'vitest';
import { fastForward } from '../../activities/fast-forward.ts';
import type { AgreementState, AnyAgreementState } from '../../domain/agreement.ts';
import type { Command } from '../../domain/command.ts';
import { openingOf } from '../../domain/day.ts';
import type { Day, Instant } from '../../domain/day.ts';
import { connect } from '../../prisma/connect.ts';
import type { Database } from '../../prisma/connect.ts';
import { urlOf } from '../../prisma/roles.ts';
import { createWorker } from '../../worker/worker.ts';
import type { WorkerParts } from '../../worker/worker.ts';
import {
  AGREEMENT_LIFECYCLE,
  commandUpdate,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/messages.ts';
import type { Answer } from '../../workflows/messages.ts';
import { TEST_SECRET } from '../global-setup.ts';
import { offices } from './cast.ts';
import { createDatabase } from './create-database.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** A migrated database with the cast in it. */
export async function aDatabase(): Promise<{
  ownerUrl: string;
  asWorker: Database;
  close: () => Promise<void>;
}> {
  const { superuserUrl } = inject('postgres');
  const ownerUrl = await createDatabase(superuserUrl, `t_${randomUUID()}`, 'template_cast');
  const asWorker = connect(urlOf('mapalus_worker', ownerUrl, TEST_SECRET));
  return { ownerUrl, asWorker, close: () => asWorker.close() };
}

export type Engine = {
  client: Client;
  database: Database;
  ownerUrl: string;
  taskQueue: string;
  start: (state: AnyAgreementState) => Promise<void>;
  say: (id: string, command: Command) => Promise<Answer>;
  stored: (id: string) => Promise<AgreementState>;
  /** Lets the business time of one agreement run to the beginning of a day. */
  until: (id: string, day: Day) => Promise<'reached' | 'ended'>;
  /** Sets the business clock that the API reads. */
  setClock: (day: Day) => Promise<void>;
  newWorker: (more?: Partial<WorkerParts>) => Promise<Worker>;
  stop: () => Promise<void>;
};

/**
 * An engine whose business clock begins at this day. The offset goes into each agreement that is
 * started, as in a training installation.
 */
export async function anEngine(begin: Day): Promise<Engine> {
  const address = inject('temporalAddress');
  const { ownerUrl, asWorker: database, close } = await aDatabase();
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const taskQueue = `agreements-${randomUUID()}`;
  const clockOffset = openingOf(begin, 'Asia/Makassar', 9) - Date.now();

  const newWorker = (more: Partial<WorkerParts> = {}) =>
    createWorker({
      connection: native,
      namespace: 'default',
      bundlePath: inject('bundlePath'),
      database,
      release: 'test',
      mailDomain: 'example.test',
      taskQueue,
      ...more,
    });
  const worker = await newWorker();
  const running = worker.run();

  return {
    client,
    database,
    ownerUrl,
    taskQueue,
    newWorker,
    async start(state) {
      const text = 'PKS contoh';
      await writeNote(ownerUrl, { id: state.titleNoteId, agreementId: state.id, text });
      const agreement = { ...state, clockOffset };
      await client.workflow.start(AGREEMENT_LIFECYCLE, {
        taskQueue,
        workflowId: lifecycleId(state.id),
        args: [agreement],
        typedSearchAttributes: searchAttributesOf(agreement),
      });
      await vi.waitFor(() => stored(database, state.id), { timeout: 10_000, interval: 20 });
    },
    say: (id, command) =>
      client.workflow.getHandle(lifecycleId(id)).executeUpdate(commandUpdate(command.type), {
        args: [command],
        updateId: command.commandId,
      }),
    stored: (id) => stored(database, id),
    async setClock(day) {
      const owner = new pg.Client({ connectionString: ownerUrl });
      await owner.connect();
      const offset = openingOf(day, 'Asia/Makassar', 9) - Date.now();
      await owner.query('alter table installation disable trigger clock_runs_forward');
      await owner.query('update installation set clock_offset = $1', [offset]);
      await owner.end();
    },
    until: (id, day) => fastForward(client, lifecycleId(id), serverTime(day)),
    async stop() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
      await close();
    },
  };

  function serverTime(day: Day): Instant {
    return openingOf(day, 'Asia/Makassar') - clockOffset;
  }
}

/** A note as the API would have stored it before its command. */
export async function writeNote(
  ownerUrl: string,
  note: { id: string; agreementId: string; text: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(
    `insert into note (id, agreement_id, kind, text, office_id, author_id, visibility)
     values ($1, $2, 'title', $3, $4, 'proposer-mitra', 'shared') on conflict do nothing`,
    [note.id, note.agreementId, note.text, offices.mitraLabour],
  );
  await client.end();
}

async function stored(database: Database, id: string): Promise<AgreementState> {
  const row = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.agreement.findUniqueOrThrow({ where: { id } }),
  );
  return row.state as unknown as AgreementState;
}
