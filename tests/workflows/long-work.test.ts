/** What may take a day keeps nobody waiting who gives a command. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADVANCE_CLOCK } from '../../workflows/clock/messages.ts';
import { longWorkQueue } from '../../workflows/messages.ts';
import { by, command } from '../support/agreements.ts';
import { eventually } from '../support/eventually.ts';
import { aLock } from '../support/locks.ts';
import { aLifecycle } from '../support/recorded.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

test('while day-long work has all its places taken, commands go through', async () => {
  const { id } = await aLifecycle(engine);
  // Each move of the clock stands before this row, with a connection in its hands.
  const held = await aLock(engine, 'installation', 'id = 1');
  const moves = await Promise.all(
    Array.from({ length: 20 }, () =>
      engine.client.workflow.start(ADVANCE_CLOCK, {
        taskQueue: longWorkQueue(engine.taskQueue),
        workflowId: `advance-clock/${randomUUID()}`,
        args: [{ to: '2024-01-10', userId: 'admin-operator', requestId: 'req-test' }],
      }),
    ),
  );
  await held.waitedFor;
  await eventually(async () => {
    const each = await Promise.all(moves.map((move) => move.describe()));
    return each.every(({ raw }) => raw.pendingActivities?.length === 1) ? true : undefined;
  });
  for (let more = 0; more < 4; more += 1) await aLifecycle(engine);

  const answer = await engine.say(id, command('submit', day, by.proposer));
  await Promise.all(moves.map((move) => move.terminate()));
  await held.letGo();

  expect(answer).toEqual({ version: 2, refusal: null });
});
