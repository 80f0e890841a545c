/** A database, a worker and a client of one's own, on servers that somebody has started. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import pg from 'pg';
import { fastForward } from '../../activities/clock/fast-forward.ts';
import { clientInterceptors } from '../../config/temporal.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { connect } from '../../prisma/connect.ts';
import type { Database } from '../../prisma/connect.ts';
import { urlOf } from '../../prisma/roles.ts';
import { createLog } from '../../config/log.ts';
import { deliverMessages } from '../../worker/engine-messages.ts';
import type { Messages } from '../../worker/engine-messages.ts';
import { createLongWorker, createWorker } from '../../worker/worker.ts';
import type { WorkerParts } from '../../worker/worker.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/agreement/messages.ts';
import { commandUpdate } from '../../workflows/messages.ts';
import type { CommandResult } from '../../domain/shared/command-metadata.ts';
import { askFor } from './asked.ts';
import { offices } from './cast.ts';
import { createDatabase, dropDatabase } from './create-database.ts';
import { eventually } from './eventually.ts';
import './quiet-runtime.ts';
import { TEST_SECRET } from './test-servers.ts';
import type { TestServers } from './test-servers.ts';

/** What a database begins with: the cast, or nothing but the schema and the regions. */
export type Template = 'template_cast' | 'template_mapalus';

export type TestDatabase = {
  ownerUrl: string;
  workerUrl: string;
  asWorker: Database;
  /** Asks as the owner, whom row policies do not hold. */
  ask: <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
};

export async function databaseOn(
  { superuserUrl }: TestServers,
  template: Template = 'template_cast',
): Promise<TestDatabase> {
  const name = `t_${randomUUID()}`;
  const ownerUrl = await createDatabase(superuserUrl, name, template);
  const workerUrl = urlOf('mapalus_worker', ownerUrl, TEST_SECRET);
  const asWorker = connect(workerUrl);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
  // Servers that stop in the middle of a test take idle connections with them.
  owner.on('error', () => undefined);
  return {
    ownerUrl,
    workerUrl,
    asWorker,
    ask: async (sql, values) => (await owner.query(sql, values)).rows as never,
    close: async () => {
      await owner.end();
      await asWorker.close();
      await dropDatabase(superuserUrl, name);
    },
  };
}

export type Engine = Pick<TestDatabase, 'ownerUrl' | 'workerUrl' | 'ask'> & {
  ground: TestServers;
  client: Client;
  database: Database;
  taskQueue: string;
  /** By how much (ms) its business clock runs ahead of the server's. */
  clockOffset: number;
  /** Starts a lifecycle; one that begins later in a story has the business clock's offset of then. */
  start: (state: AgreementState, clockOffset?: number) => Promise<void>;
  /** Gives a command as the API does: it is noted in PostgreSQL first. */
  say: (id: string, command: Command) => Promise<CommandResult>;
  /** Gives a command to the workflow alone. */
  tell: (id: string, command: Command) => Promise<CommandResult>;
  handle: (id: string) => WorkflowHandle;
  stored: (id: string) => Promise<AgreementState>;
  /** Lets the business time of one agreement run to the beginning of a day. */
  until: (id: string, day: Day) => Promise<'reached' | 'ended'>;
  /** Sets the business clock that the API reads. */
  setClock: (day: Day) => Promise<void>;
  newWorker: (more?: Partial<WorkerParts>) => Promise<Worker>;
  newLongWorker: (more?: Partial<WorkerParts>) => Promise<Worker>;
  /** Ends this engine's worker in order; agreements sleep on. */
  rest: () => Promise<void>;
  /** Gives the engine a worker again. */
  wake: (more?: Partial<WorkerParts>) => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * An engine whose business clock begins at this day. The offset goes into each agreement that is
 * started, as in a training installation.
 */
export async function engineOn(
  ground: TestServers,
  begin: Day,
  {
    asleep = false,
    parts = {},
    template,
  }: { asleep?: boolean; parts?: Partial<WorkerParts>; template?: Template } = {},
): Promise<Engine> {
  const { temporalAddress: address, bundlePath } = ground;
  const {
    ownerUrl,
    workerUrl,
    asWorker: database,
    ask,
    close,
  } = await databaseOn(ground, template);
  const connection = await Connection.connect({ address, interceptors: clientInterceptors });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const taskQueue = `agreements-${randomUUID()}`;
  const firstOffset = openingOf(begin, 'Asia/Makassar', 9) - Date.now();
  let working: { workers: Worker[]; running: Promise<unknown>; messages: Messages } | undefined;

  const workerParts = (more: Partial<WorkerParts> = {}): WorkerParts => ({
    connection: native,
    namespace: 'default',
    bundlePath,
    database,
    release: 'test',
    mailDomain: 'example.test',
    taskQueue,
    ...parts,
    ...more,
  });
  const newWorker = (more?: Partial<WorkerParts>) => createWorker(workerParts(more));
  const newLongWorker = (more?: Partial<WorkerParts>) => createLongWorker(workerParts(more));
  if (!asleep) await wake();

  return {
    ground,
    client,
    database,
    ownerUrl,
    workerUrl,
    ask,
    taskQueue,
    clockOffset: firstOffset,
    newWorker,
    newLongWorker,
    async start(state, clockOffset = firstOffset) {
      const text = 'PKS contoh';
      await writeNote(ownerUrl, { id: state.titleNoteId, agreementId: state.id, text });
      await askFor({ ask }, state.id, state.created);
      const agreement = { ...state, clockOffset };
      await client.workflow.start(AGREEMENT_LIFECYCLE, {
        taskQueue,
        workflowId: lifecycleId(state.id),
        args: [agreement],
        typedSearchAttributes: searchAttributesOf(agreement),
      });
      if (working) await eventually(() => stored(database, state.id).catch(() => undefined));
    },
    async say(id, command) {
      await askFor({ ask }, id, command);
      return tell(id, command);
    },
    tell,
    handle: (id) => client.workflow.getHandle(lifecycleId(id)),
    stored: (id) => stored(database, id),
    async setClock(day) {
      const offset = openingOf(day, 'Asia/Makassar', 9) - Date.now();
      await ask('alter table installation disable trigger clock_runs_forward');
      await ask('update installation set clock_offset = $1', [offset]);
    },
    async until(id, day) {
      const { clockOffset } = await stored(database, id);
      return fastForward(client, lifecycleId(id), openingOf(day, 'Asia/Makassar') - clockOffset);
    },
    rest,
    wake,
    async stop() {
      await rest();
      await native.close();
      await connection.close();
      await close();
    },
  };

  function tell(id: string, command: Command): Promise<CommandResult> {
    const told = client.workflow
      .getHandle(lifecycleId(id))
      .executeUpdate(commandUpdate(command.type), {
        args: [command],
        updateId: command.commandId,
      });
    // What a test does not wait for ends with the connection, perhaps while another test runs.
    told.catch(() => undefined);
    return told;
  }

  async function rest(): Promise<void> {
    if (!working) return;
    for (const worker of working.workers) {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    }
    await Promise.all([working.running, working.messages.stop()]);
    working = undefined;
  }

  async function wake(more: Partial<WorkerParts> = {}): Promise<void> {
    const workers = await Promise.all([newWorker(more), newLongWorker(more)]);
    const running = Promise.all(workers.map((worker) => worker.run()));
    const log = createLog('worker', process.env['TEST_LOG'] ?? 'silent');
    const messages = deliverMessages({ database, databaseUrl: workerUrl, client, taskQueue, log });
    working = { workers, running, messages };
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
  await client.query(
    `insert into agreement_area (agreement_id, region_code) values ($1, '71.07') on conflict do nothing`,
    [note.agreementId],
  );
  await client.end();
}

async function stored(database: Database, id: string): Promise<AgreementState> {
  const row = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.agreement.findUniqueOrThrow({ where: { id } }),
  );
  return row.state as unknown as AgreementState;
}
