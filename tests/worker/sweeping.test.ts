/** What nobody will ask for again is swept out; what somebody may still ask for stays. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aDatabase } from '../support/stage.ts';
import type { TestDatabase } from '../support/engine.ts';
import { makeRound } from '../../worker/housekeeping.ts';

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

  await makeRound(database.asWorker, 'example.test');

  expect(await database.ask('select key from idempotency')).toEqual([{ key: 'of-this-month' }]);
});
