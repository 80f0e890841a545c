import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { propose } from '../../domain/proposal.ts';
import { aProposal, bothSign, theWayToSigning } from '../support/agreements.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

describe('an agreement on the engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await anEngine('2024-01-08');
  });
  afterAll(() => engine.stop());

  test('lives from its proposal to the day after its last', async () => {
    const agreement = propose(aProposal({ on: '2024-01-08' }));
    await engine.start(agreement);
    for (const command of [...theWayToSigning('2024-01-08'), ...bothSign('2024-01-08')]) {
      await engine.say(agreement.id, command);
    }

    const onTheLastDay = await engine.until(agreement.id, '2024-12-31');
    const stageThen = (await engine.stored(agreement.id)).stage;
    const afterIt = await engine.until(agreement.id, '2025-01-02');

    expect([onTheLastDay, stageThen, afterIt]).toEqual(['reached', 'active', 'ended']);
    expect((await engine.stored(agreement.id)).ending).toEqual({
      reason: 'expired',
      lawful: null,
      lastDay: '2024-12-31',
    });
  });
});
