/** Maintenance: what nobody will ask for again is swept out, and nobody waits for it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { aLock } from '../support/locks.ts';
import { aDatabase } from '../support/stage.ts';
import type { TestDatabase } from '../support/engine.ts';
import { runMaintenance } from '../../worker/maintenance.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await aDatabase();
});
afterAll(() => database.close());

test('an answer is kept for thirty days for whoever repeats the request', async () => {
  await database.ask(`insert into idempotency
      (principal, key, route, body_hash, command_id, created_at) values
    ('legal-mitra', 'of-last-month', 'x', '', gen_random_uuid(), now() - interval '31 days'),
    ('legal-mitra', 'of-this-month', 'x', '', gen_random_uuid(), now() - interval '29 days')`);

  await database.ask(`insert into reservation_answer (command_id, entity_id, answered_at) values
    (gen_random_uuid(), gen_random_uuid(), now() - interval '31 days'),
    (gen_random_uuid(), gen_random_uuid(), now() - interval '29 days')`);

  await runMaintenance(database.asWorker, 'example.test');

  expect(await database.ask('select key from idempotency')).toEqual([{ key: 'of-this-month' }]);
  expect(await database.ask('select from reservation_answer')).toHaveLength(1);
});

test('a hundred thousand old rows are swept out by batches, each by its index', async () => {
  await database.ask(`insert into change_event (topic, created_at)
    select 'agreement', now() - interval '3 days' from generate_series(1, 100000)`);
  await database.ask(`insert into idempotency
      (principal, key, route, body_hash, command_id, created_at)
    select 'legal-mitra', 'old-' || n, 'x', '', gen_random_uuid(), now() - interval '31 days'
    from generate_series(1, 100000) n`);
  await database.ask('analyze change_event, idempotency');
  await database.ask(`create table batch (rows integer);
    create function count_batch() returns trigger language plpgsql security definer as $$
      begin insert into public.batch select count(*) from gone; return null; end $$;
    create trigger count_batch after delete on idempotency referencing old table as gone
      for each statement execute function count_batch();
    create trigger count_batch after delete on change_event referencing old table as gone
      for each statement execute function count_batch();`);

  await runMaintenance(database.asWorker, 'example.test');

  expect(await database.ask('select key from idempotency')).toEqual([{ key: 'of-this-month' }]);
  expect(await database.ask('select from change_event')).toEqual([]);
  expect(await database.ask('select max(rows) as most, sum(rows)::int as all from batch')).toEqual([
    { most: 2_000, all: 200_000 },
  ]);
  for (const index of ['change_event_created_at_idx', 'idempotency_created_at_idx']) {
    await eventually(async () => ((await scansOf(index)) >= 50 ? true : undefined));
  }
});

test('maintenance that is held up in the middle holds up neither recordings nor hints', async () => {
  const subject = `agreement/${randomUUID()}`;
  await database.ask(`select append_audit($1, 'first', '{}')`, [subject]);
  const held = await aLock(database, 'audit_seal');
  const round = runMaintenance(database.asWorker, 'example.test').catch((error: unknown) => error);
  await held.waitedFor;

  await database.asWorker.withActor({ kind: 'engine' }, async (tx) => {
    await tx.$executeRaw`set local lock_timeout = '200ms'`;
    await tx.$executeRaw`select announce('agreement', ${randomUUID()}::uuid)`;
    await tx.$executeRaw`select append_audit(${subject}, 'second', '{}')`;
  });
  // The hint is ready for open pages as soon as no older transaction is under way, also in no other
  // database of the server.
  await eventually(async () => {
    const [hint] = await database.ask<{ ready: boolean }>(
      'select max(xid) < pg_snapshot_xmin(pg_current_snapshot()) as ready from change_event',
    );
    return hint?.ready ? true : undefined;
  });
  await held.letGo();
  await round;

  await runMaintenance(database.asWorker, 'example.test');
  expect(await unsealed(subject)).toBe(false);
});

test('a head that somebody is adding to is sealed in the next round, the others in this', async () => {
  const [busy, quiet] = [`agreement/${randomUUID()}`, `agreement/${randomUUID()}`];
  for (const subject of [busy, quiet])
    await database.ask(`select append_audit($1, 'first', '{}')`, [subject]);
  const held = await aLock(database, 'audit_head', `subject = '${busy}'`);

  await runMaintenance(database.asWorker, 'example.test');
  const meanwhile = [await unsealed(busy), await unsealed(quiet)];
  await held.letGo();
  await runMaintenance(database.asWorker, 'example.test');

  expect(meanwhile).toEqual([true, false]);
  expect(await unsealed(busy)).toBe(false);
});

async function unsealed(subject: string): Promise<boolean> {
  const [head] = await database.ask(
    'select from audit_head where subject = $1 and seq > sealed_seq',
    [subject],
  );
  return head !== undefined;
}

/** How often an index was used; PostgreSQL counts a little behind. */
async function scansOf(index: string): Promise<number> {
  const [used] = await database.ask<{ scans: number }>(
    'select idx_scan::int as scans from pg_stat_user_indexes where indexrelname = $1',
    [index],
  );
  return used?.scans ?? 0;
}
