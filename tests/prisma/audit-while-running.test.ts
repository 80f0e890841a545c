/** The audit is verified while people work: nothing that is recorded meanwhile looks broken. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '../../prisma/audit/verify.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import { aDatabase } from '../support/stage.ts';
import type { TestDatabase } from '../support/engine.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await aDatabase();
});
afterAll(() => database.close());

test('events and seals that are added while the audit is read break nothing', async () => {
  await append('a', 'first');
  await append('b', 'first');
  await database.ask('select seal_audit()');
  const readingMeanwhile = afterFirstPage(database.asWorker, async () => {
    await append('a', 'second');
    await append('c', 'first');
    await database.ask('select seal_audit()');
  });

  const verdict = await verifyAudit(readingMeanwhile);
  const afterwards = await verifyAudit(database.asWorker);

  expect(verdict).toMatchObject({ broken: null, events: 2, subjects: 2, seals: 1 });
  expect(afterwards).toMatchObject({ broken: null, events: 4, subjects: 3, seals: 2 });
});

test('the audit cannot be changed by reading it', async () => {
  const writing = database.asWorker.readAtOneMoment(
    { kind: 'engine' },
    (tx) => tx.$queryRaw`select seal_audit()`,
  );

  // PostgreSQL: read_only_sql_transaction
  await expect(writing).rejects.toThrow(/25006|read-only/);
});

/** Adds to the chain of one of three agreements. */
async function append(which: 'a' | 'b' | 'c', key: string): Promise<void> {
  const subject = `agreement/00000000-0000-4000-8000-00000000000${which}`;
  await database.ask('select append_audit($1, $2, $3)', [subject, key, '{}']);
}

/** The same database, where others write as soon as the first page of events has been read. */
function afterFirstPage(real: Database, write: () => Promise<void>): Database {
  return {
    ...real,
    withActor: (actor, work) => real.withActor(actor, (tx) => work(interrupted(tx))),
    readAtOneMoment: (actor, work) => real.readAtOneMoment(actor, (tx) => work(interrupted(tx))),
  };

  function interrupted(tx: Tx): Tx {
    const auditEvent = new Proxy(tx.auditEvent, {
      get: (events, name) => {
        const found: unknown = Reflect.get(events, name);
        if (name !== 'findMany') return found;
        return async (...given: unknown[]) => {
          const page = await (found as (...all: unknown[]) => Promise<unknown>).apply(
            events,
            given,
          );
          await write();
          return page;
        };
      },
    });
    return new Proxy(tx, {
      get: (all, name) =>
        name === 'auditEvent' ? auditEvent : (Reflect.get(all, name) as unknown),
    });
  }
}
