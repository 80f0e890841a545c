import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { propose } from '../../../domain/agreement/proposal.ts';
import { aProposal, bothSign, theWayToSigning } from '../../support/agreements.ts';
import { anEngine } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

const BEGIN = '2024-01-08';

describe('taking one agreement to the beginning of a day', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await anEngine(BEGIN);
  });
  afterAll(() => engine.stop());

  test('leaves what was due then done, and nothing beyond it', async () => {
    const id = await inForceUntil('2024-12-31');

    const passed: string[] = [];
    for (const day of ['2024-07-04', '2024-10-02', '2024-11-01', '2024-12-01', '2024-12-17']) {
      await engine.until(id, day);
      passed.push((await engine.stored(id)).milestonesPassedUntil);
    }

    expect(passed).toEqual(['2024-07-04', '2024-10-02', '2024-11-01', '2024-12-01', '2024-12-17']);
  });

  test('waits for a recording that takes longer than the skip', async () => {
    const id = await inForceUntil('2024-12-31');
    const { released } = await holdBack(engine, 1.5);

    await engine.until(id, '2024-07-04');
    const { milestonesPassedUntil } = await engine.stored(id);
    await released;

    expect(milestonesPassedUntil).toBe('2024-07-04');
  });

  async function inForceUntil(end: string): Promise<string> {
    const agreement = propose(aProposal({ on: BEGIN, term: { start: BEGIN, end } }));
    await engine.start(agreement);
    for (const command of [...theWayToSigning(BEGIN), ...bothSign(BEGIN)]) {
      await engine.say(agreement.id, command);
    }
    return agreement.id;
  }
});

/** Lets no mail be queued for so many seconds, and with it no milestone be recorded. */
async function holdBack(
  { ownerUrl }: Engine,
  seconds: number,
): Promise<{ released: Promise<unknown> }> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query('lock table outbox in access exclusive mode');
  const released = owner.query('select pg_sleep($1)', [seconds]).then(() => owner.end());
  return { released };
}
