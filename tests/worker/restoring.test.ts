/** What the engine forgot between a claim and its record, or between a renewal and its news. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreLifecycles } from '../../worker/restoring.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { aLife, aLifeFrom } from '../support/recorded.ts';
import { anEngine, writeNote } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

describe('restoring', () => {
  test('gives back a number that was claimed for a command nobody remembers', async () => {
    const { id } = await aLife(engine, theWayToSigning(day));
    const numberNoteId = randomUUID();
    await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text: '560/1/2024' });
    await engine.ask(
      `insert into number_claim (command_id, agreement_id, party_id, kind, year, number,
         number_key, dated) values ($1, $2, $3, 'pks', 2024, '560/1/2024', '560/1/2024', $4)`,
      [randomUUID(), id, offices.mitraLabour, day],
    );
    await engine.handle(id).terminate('lost');

    await restoreLifecycles(engine);
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
    const first = await aLifeFrom(engine, [...theWayToSigning(day), ...bothSign(day)], {
      on: day,
      term,
    });
    const next = { start: '2025-01-01', end: '2025-12-31' };
    const renewal = await aLifeFrom(engine, [], { on: day, renewalOf: first.id, term: next });

    await restoreLifecycles(engine);
    const told = await eventually(async () => {
      const stored = await engine.stored(first.id);
      return stored.renewal ? stored : undefined;
    });
    await restoreLifecycles(engine);

    expect(told.renewal).toEqual({ id: renewal.id, state: 'running' });
    expect((await engine.stored(first.id)).version).toBe(told.version);
  });
});
