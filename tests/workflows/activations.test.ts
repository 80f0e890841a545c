/**
 * Where an activation ends is not deterministic: after a worker was away, a workflow task without
 * commands is joined to the next one, and on a replay it is not. What was decided must be the same.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import { propose } from '../../domain/agreement/proposal.ts';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { newRules } from '../../workflows/messages.ts';
import { aProposal, bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { aLifecycle, audited, giveWhileResting } from '../support/recorded.ts';
import { brokenRuns } from '../support/replay.ts';
import { anEngine, writeNote } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-12-31';
const { mitraLabour } = offices;
const TERM = { start: '2025-02-01', end: '2025-12-31' };

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

const redating = (end: string, on = day): Command =>
  command('changeDates', on, by.proposer, {
    term: { start: TERM.start, end },
    reasonNoteId: 'why',
  });
const returning = () => command('return', day, by.branch, { reasonNoteId: 'why' });

async function numbering(id: string): Promise<Command> {
  const numberNoteId = randomUUID();
  await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text: id });
  return command('recordNumber', day, by.proposer, {
    party: mitraLabour,
    numberNoteId,
    dated: day,
  });
}

async function pendingUpdates(id: string): Promise<boolean> {
  const { raw } = await engine.handle(id).describe();
  return raw.pendingWorkflowTask != null;
}

describe('two commands that wait for a worker', () => {
  // They come in any order, so the later may forbid the earlier or the other way round.
  test.each<[string, number, (id: string) => Promise<Command[]>]>([
    ['a number and a signature', 4, async (id) => [await numbering(id), bothSign(day)[0]!]],
    ['two other terms', 1, () => Promise.resolve([redating('2025-11-30'), redating('2025-10-31')])],
    ['a signature and a return', 4, () => Promise.resolve([bothSign(day)[0]!, returning()])],
    [
      'other terms, which are approved anew, and a number',
      4,
      async (id) => [redating('2025-11-30'), await numbering(id), redating('2025-10-31')],
    ],
  ])('%s: all are answered, and the workflow goes on', async (_what, led, asked) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day).slice(0, led), {
      on: day,
      term: TERM,
    });

    const answers = await giveWhileResting(engine, id, await asked(id));

    const refused = answers.flatMap(({ refusal }) => (refusal ? [refusal.code] : []));
    expect(refused.length).toBeLessThan(answers.length);
    expect(new Set(['StageForbids', ...refused])).toEqual(new Set(['StageForbids']));
    const versions = (await audited(engine, id)).map(({ version }) => version);
    expect(versions).toEqual(
      Array.from({ length: 1 + led + answers.length - refused.length }, (_, at) => at + 1),
    );
    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });

  // In a workflow's first activation the SDK starts handlers in the order in which they were registered.
  test('beside newer rules, are told in one order', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day).slice(0, 1), {
      on: day,
      term: TERM,
    });
    await engine.rest();
    await engine.handle(id).signal(newRules, { rulesVersion: 2 });

    const first = command('submit', day, by.proposer);
    const second = { ...redating('2025-11-30'), givenAt: first.givenAt + 1 };
    const answers = await giveWhileResting(engine, id, [second, first]);

    // The rules change no day and are told to nobody; they took the third version.
    expect(answers.map(({ version }) => version)).toEqual([5, 4]);
    expect((await engine.stored(id)).rulesVersion).toBe(2);
    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });

  test('of which the later given is of a kind that is heard first, are done as they were given', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day).slice(0, 1), {
      on: day,
      term: TERM,
    });
    const first = redating('2025-11-30');
    const second = command('submit', day, by.proposer);

    await giveWhileResting(engine, id, [{ ...second, givenAt: second.givenAt + 1 }, first]);

    expect((await audited(engine, id)).slice(2).map(({ events }) => events[0]?.kind)).toEqual([
      'dates-changed',
      'submitted',
    ]);
    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });

  test('after news that was none, are done all the same', async () => {
    const { id } = await aLifecycle(engine, [], { on: day, term: TERM });
    await engine.handle(id).signal(newRules, { rulesVersion: 1 });
    await eventually(async () => ((await pendingUpdates(id)) ? undefined : true));

    await giveWhileResting(engine, id, [redating('2025-11-30'), redating('2025-10-31')]);

    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });
});

describe('a workflow that slept', () => {
  test('from one year into the next, and is then given commands, goes on', async () => {
    const agreement = propose(aProposal({ on: day, term: TERM }));
    const { id } = agreement;
    const on = '2025-01-01';
    const turn = Date.now() + 3_000;
    await engine.start(agreement, openingOf(on, 'Asia/Makassar') - turn);
    await engine.say(id, command('submit', day, by.proposer));
    await engine.rest();
    await eventually(() => (Date.now() > turn ? true : undefined), { waitingFor: 'the new year' });

    const first = await giveWhileResting(engine, id, [redating('2025-11-30', on)]);
    const brokenByFirst = await brokenRuns(engine, lifecycleId(id));
    const next = redating('2025-10-31', on);
    const last = { ...redating(TERM.end, on), givenAt: next.givenAt + 1 };
    const second = await giveWhileResting(engine, id, [next, last]);

    expect(brokenByFirst).toEqual([]);
    expect([...first, ...second].map(({ version }) => version)).toEqual([3, 4, 5]);
    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });

  test('just before its run was long enough, ends the run after the next commands', async () => {
    const many = Array.from({ length: 9 }, (_, at) => redating(`2025-11-${10 + at}`));
    const { id } = await aLifecycle(engine, many, { on: day, term: TERM });
    const { runId } = await engine.handle(id).describe();

    await giveWhileResting(engine, id, [redating('2025-10-30'), redating('2025-10-31')]);

    expect((await engine.handle(id).describe()).runId).not.toBe(runId);
    expect((await engine.stored(id)).version).toBe(12);
    expect(await brokenRuns(engine, lifecycleId(id))).toEqual([]);
  });
});
