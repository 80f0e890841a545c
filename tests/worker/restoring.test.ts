/**
 * What the engine forgot between a reservation and its record, or between a renewal and its news; what
 * waits for ever; and what is still being recorded when a workflow is stopped.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { stopForGood } from '../../worker/stop-for-good.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { gateAfter } from '../support/gates.ts';
import { aLock } from '../support/locks.ts';
import { aLifecycle, aLifecycleFrom } from '../support/recorded.ts';
import { restore } from '../support/restored.ts';
import { anEngine, writeNote } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

describe('restoring', () => {
  test('gives back a number that was reserved for a command nobody remembers', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const numberNoteId = randomUUID();
    await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text: '560/1/2024' });
    await engine.ask(
      `insert into number_reservation (command_id, agreement_id, party_id, kind, year, number,
         number_key, dated) values ($1, $2, $3, 'pks', 2024, '560/1/2024', '560/1/2024', $4)`,
      [randomUUID(), id, offices.mitraLabour, day],
    );
    await engine.handle(id).terminate('lost');

    await restore(engine);
    const { refusal } = await engine.say(
      id,
      command('recordNumber', day, by.proposer, {
        party: offices.mitraLabour,
        numberNoteId,
        dated: day,
      }),
    );

    expect(refusal).toBeNull();
  });

  test('tells an agreement of its renewal again, once', async () => {
    const term = { start: day, end: '2024-12-31' };
    const first = await aLifecycleFrom(engine, [...theWayToSigning(day), ...bothSign(day)], {
      on: day,
      term,
    });
    const next = { start: '2025-01-01', end: '2025-12-31' };
    const renewal = await aLifecycleFrom(engine, [], { on: day, renewalOf: first.id, term: next });

    await restore(engine);
    const told = await eventually(async () => {
      const stored = await engine.stored(first.id);
      return stored.renewal ? stored : undefined;
    });
    await restore(engine);

    expect(told.renewal).toEqual({ id: renewal.id, state: 'running' });
    expect((await engine.stored(first.id)).version).toBe(told.version);
  });

  test('leaves alone an agreement whose worker has just recorded and not told the engine', async () => {
    const gate = gateAfter('recordAgreement');
    const { id } = await aLifecycle(engine, []);
    await engine.rest();
    await engine.wake({ activityInterceptors: gate.interceptors });
    const submitted = engine.say(id, command('submit', day, by.proposer));
    await gate.reached;

    const { client, asked } = await clientThatTells('DescribeWorkflowExecution');
    const restored = restore({ ...engine, client });
    await asked;
    gate.open();

    expect(await restored).not.toHaveProperty('begunAgain');
    expect(await submitted).toEqual({ version: 2, refusal: null });
    await client.connection.close();
    await engine.rest();
    await engine.wake();
  });

  test('frees a workflow that waits for a note which is gone', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const numbers = command('recordNumber', day, by.proposer, {
      party: offices.mitraLabour,
      numberNoteId: randomUUID(),
      dated: day,
    });
    // Nobody waits for it to the end.
    engine.say(id, numbers).catch(() => undefined);
    await untilItRetries(id);

    const { sick } = await restore(engine);

    expect(sick).toEqual([id]);
    expect(await restore(engine)).not.toHaveProperty('sick');
    expect(await engine.say(id, bothSign(day)[0]!)).toEqual({ version: 6, refusal: null });
  });

  test('comes before anything else is recorded over what PostgreSQL has forgotten', async () => {
    const { id } = await aLifecycleFrom(engine, []);
    const old = await engine.stored(id);
    const [submission, ...rest] = theWayToSigning(day);
    await engine.say(id, submission!);
    await engine.say(id, rest[0]!);
    await engine.ask('update agreement set state = $2, version = 1 where id = $1', [id, old]);
    engine.say(id, rest[1]!).catch(() => undefined);
    await untilItRetries(id);

    const before = await engine.stored(id);
    const { recordedAgain } = await restore(engine);
    const said = await engine.say(id, rest[1]!);

    expect(before.version).toBe(1);
    expect(recordedAgain).toEqual([id]);
    expect(said).toEqual({ version: 5, refusal: null });
    const marked = await engine.ask(
      `select event -> 'events' as events from audit_event
       where agreement_id = $1 and key = 'restored/4'`,
      [id],
    );
    expect(marked).toEqual([{ events: [{ kind: 'restored', from: 1, to: 3, numbersLost: [] }] }]);
  });

  test('leaves alone what is about to be recorded', async () => {
    const { id } = await aLifecycleFrom(engine, []);
    const lock = await aLock(engine, 'agreement', `id = '${id}'`);
    const said = engine.say(id, command('submit', day, by.proposer));
    await lock.waitedFor;

    const restored = await restore(engine);
    await lock.letGo();

    expect(Object.values(restored).flat()).not.toContain(id);
    expect(await said).toEqual({ version: 2, refusal: null });
  });
});

test('a workflow is stopped for good only when nothing of it can be recorded any more', async () => {
  const { id } = await aLifecycleFrom(engine, []);
  const lock = await aLock(engine, 'agreement', `id = '${id}'`);
  engine.say(id, command('submit', day, by.proposer)).catch(() => undefined);
  await lock.waitedFor;

  let stopped = false;
  const stopping = stopForGood(engine, lifecycleId(id)).then(() => (stopped = true));
  await eventually(async () =>
    (await engine.handle(id).describe()).status.name === 'TERMINATED' ? true : undefined,
  );
  const beforeItsEnd = stopped;
  await lock.letGo();
  await stopping;

  expect(beforeItsEnd).toBe(false);
  expect((await engine.stored(id)).version).toBe(2);
});

/** A client, and a promise of its first call of this method. */
async function clientThatTells(method: string) {
  let tell = () => {};
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const connection = await Connection.connect({
    address: engine.ground.temporalAddress,
    interceptors: [
      (options, nextCall) => {
        if (options.method_definition.path.endsWith(`/${method}`)) tell();
        return nextCall(options) as never;
      },
    ],
  });
  return { client: new Client({ connection }), asked };
}

/** Waits until an activity of this agreement's workflow has failed and is tried again. */
function untilItRetries(id: string) {
  return eventually(async () => {
    const { raw } = await engine.handle(id).describe();
    return raw.pendingActivities?.some(({ attempt }) => Number(attempt) > 1) || undefined;
  });
}
