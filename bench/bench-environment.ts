/** Servers and processes for measuring: the product as it is installed, and the peers beside it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { builtProcess } from '../local/built-process.ts';
import type { BuiltProcess } from '../local/built-process.ts';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { scratchFolder } from '../local/private-folder.ts';
import { stopProcess } from '../local/stop-process.ts';
import { startTemporal } from '../local/temporal.ts';
import { findTemporalBinary } from '../local/temporal-binary.ts';
import { connect } from '../prisma/connect.ts';
import type { Database } from '../prisma/connect.ts';
import { migrate } from '../prisma/migrate.ts';
import { loadReferenceData } from '../prisma/reference-data.ts';
import { ensureRoles, urlOf } from '../prisma/roles.ts';
import { emailOf, offices, seedCast } from '../tests/support/cast.ts';
import type { PersonName } from '../tests/support/cast.ts';
import { askFor } from '../tests/support/asked.ts';
import { createDatabase } from '../tests/support/create-database.ts';
import type { CommandMetadata } from '../domain/shared/command-metadata.ts';

const SECRET = 'a secret for measuring only, long enough to be taken';
const PASSWORD = 'mapalus mapalus mapalus';

/** How long something may take to answer (milliseconds); what is measured takes seconds. */
const PATIENCE = 120_000;

export type BenchEnvironment = {
  env: Record<string, string>;
  url: string;
  client: Client;
  database: Database;
  /** Starts a built process and answers the milliseconds until its address answers 200. */
  timeToReady: (
    name: BuiltProcess,
    address: string,
    more: Record<string, string>,
  ) => Promise<number>;
  /** Stores a title, as the API does before an agreement begins. */
  writeTitle: (agreementId: string, noteId: string) => Promise<void>;
  /** Notes that a command was asked for, as the API does before it tells the engine. */
  askFor: (agreementId: string, given: CommandMetadata) => Promise<void>;
  /** Puts rules of reminders in force for agreements that name them; answers their version. */
  publishPolicy: (daysBefore: number[]) => Promise<number>;
  /** Waits until the mail of what was measured before has left. */
  untilMailed: () => Promise<void>;
  post: (person: PersonName, path: string, body: unknown) => Promise<Response>;
  /** Signs somebody in from this address; answers the cookies. */
  signIn: (email: string, address: string) => Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Brings everything up: PostgreSQL, Temporal with a database file, mailbox, worker, API, peers. One
 * person may ask for as much as many would, unless the limits at once are what is measured.
 */
export async function aBenchStage({ limited = false } = {}): Promise<BenchEnvironment> {
  const scratch = scratchFolder('bench');
  const cluster = await startPostgres(path.join(scratch, 'postgres'), await freePort());
  const superuserUrl = cluster.superuserUrl('postgres');
  await ensureRoles(superuserUrl, SECRET);
  const ownerUrl = await createDatabase(superuserUrl, 'mapalus');
  await migrate(ownerUrl);
  await loadReferenceData(ownerUrl);
  await seedCast(ownerUrl, PASSWORD);

  const binary = await findTemporalBinary(path.resolve('.mapalus/bin'), undefined, console.log);
  const temporal = await startTemporal({
    binary,
    port: await freePort(),
    databaseFile: path.join(scratch, 'temporal.db'),
    timeSkipping: true,
  });
  const port = await freePort();
  const env = {
    DATABASE_URL: ownerUrl,
    MAPALUS_SECRET: SECRET,
    TEMPORAL_ADDRESS: temporal.address,
    SMTP_URL: `smtp://127.0.0.1:${await freePort()}`,
    MAILBOX_FOLDER: path.join(scratch, 'mail'),
    PORT: String(port),
    BASE_URL: `http://127.0.0.1:${port}`,
    // People sign in from addresses of their own, so that the limit per address holds.
    TRUSTED_PROXIES: 'loopback',
    LOG_LEVEL: 'warn',
    // What is measured is mostly asked by one person.
    REQUESTS_PER_MINUTE: '1000000',
    ...(!limited && { REQUESTS_AT_ONCE: '1000' }),
  };
  const children: ChildProcess[] = [];
  const bring = async (command: string[]) => {
    const child = run(command, env);
    children.push(child);
    await new Promise((resolve) => child.once('message', resolve));
  };
  await bring([builtProcess('mailbox')]);
  await bring([builtProcess('worker')]);
  await bring([builtProcess('api')]);
  await bring([
    '--import',
    'tsx',
    path.join(import.meta.dirname, 'bare/worker.ts'),
    temporal.address,
  ]);

  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const connection = await Connection.connect({ address: temporal.address });
  const database = connect(urlOf('mapalus_worker', ownerUrl, SECRET));
  const cookies = new Map<PersonName, Promise<string>>();
  const url = env.BASE_URL;

  return {
    env,
    url,
    client: new Client({ connection }),
    database,
    async timeToReady(name, address, more) {
      const began = performance.now();
      const child = run([builtProcess(name)], { ...env, ...more });
      await untilAnswering(address);
      const took = performance.now() - began;
      await stopProcess(child, 20_000);
      return took;
    },
    async writeTitle(agreementId, noteId) {
      await owner.query(
        `insert into note (id, agreement_id, kind, text, office_id, author_id, visibility)
         values ($1, $2, 'title', 'PKS Pekerja Rentan', $3, 'proposer-mitra', 'shared')`,
        [noteId, agreementId, offices.mitraLabour],
      );
    },
    askFor: (agreementId, given) => {
      const ask = async (sql: string, values?: unknown[]) =>
        (await owner.query(sql, values)).rows as never;
      return askFor({ ask }, agreementId, given);
    },
    async publishPolicy(daysBefore) {
      const { rows } = await owner.query<{ version: number }>(
        `insert into reminder_policy (version, days_before, mail_hour, source)
         select max(version) + 1, $1, 7, 'bench' from reminder_policy returning version`,
        [daysBefore],
      );
      // Agreements that were begun before keep their rules: nobody is told while something is measured.
      await owner.query(
        `insert into engine_message (kind, payload, delivered_at)
         values ('rules-published', '{}', now())`,
      );
      return rows[0]?.version ?? 0;
    },
    async untilMailed() {
      const queued = `select from outbox where state in ('queued', 'sending') limit 1`;
      while ((await owner.query(queued)).rowCount) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async post(person, at, body) {
      const cookie = cookies.get(person) ?? signIn(url, emailOf(person));
      cookies.set(person, cookie);
      return fetch(`${url}/api/v1${at}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': randomUUID(),
          Cookie: await cookie,
        },
        body: JSON.stringify(body),
      });
    },
    signIn: (email, address) => signIn(url, email, address),
    async stop() {
      for (const child of children.toReversed()) await stopProcess(child, 20_000);
      await owner.end();
      await database.close();
      await connection.close();
      await temporal.stop();
      await cluster.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function run(command: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, command, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function signIn(url: string, email: string, address = '10.1.0.1'): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url, 'X-Forwarded-For': address },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`${email} could not sign in: ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

/** Waits until an address answers 200. */
export async function untilAnswering(address: string): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE;
  while (performance.now() < giveUpAt) {
    const answer = await fetch(address).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${address} did not answer within ${PATIENCE / 1000} s`);
}
