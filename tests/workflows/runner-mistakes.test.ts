/**
 * Mistakes in what the entity runner decides (tests/support/runner-mistakes.ts). Most break a recorded
 * lifecycle. The others leave histories that replay, so each is noticed by something that people see.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { lifecycleId, renewalStatus } from '../../workflows/agreement/messages.ts';
import { commandUpdate, newRules } from '../../workflows/messages.ts';
import { by, command, theWayToSigning } from '../support/agreements.ts';
import { eventually } from '../support/eventually.ts';
import { plantMutants, unnoticedMistakes, withAwake } from '../support/mutants.ts';
import type { PlantedBundle } from '../support/mutants.ts';
import { aLifecycle, audited, giveWhileResting } from '../support/recorded.ts';
import { recordedLifecycles } from '../support/recorded-histories.ts';
import { brokenRuns } from '../support/replay.ts';
import { RUNNER_MISTAKES } from '../support/runner-mistakes.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-12-31';
const TERM = { start: '2025-02-01', end: '2025-12-31' };
const folder = path.join(ROOT, 'build');

let engine: Engine;
let planted: PlantedBundle;
beforeAll(async () => {
  [engine, planted] = await Promise.all([anEngine(day, { asleep: true }), plantMutants()]);
});
afterAll(() => engine.stop());

/** What people see of an agreement that this code carries. */
type Scenario = (bundlePath: string) => Promise<unknown>;

const DONE = { version: 3, refusal: null };

const SCENARIOS: Record<string, { scenario: Scenario; seen: unknown }> = {
  'turns are not taken by rank': { scenario: newsOfTwoKinds, seen: 4 },
  'commands are not taken by when they were given': {
    scenario: twoCommandsAtOnce,
    seen: ['dates-changed', 'submitted'],
  },
  'a handler acts at once where it need not wait': { scenario: commandsAfterRest, seen: [] },
  'a handler acts before the others have started': { scenario: newsOfTwoKinds, seen: 4 },
  'a known command is carried out again': { scenario: theSameCommandAgain, seen: [DONE, DONE] },
  'a run hands no plan to the next': { scenario: theNextRun, seen: [] },
  'a command is not tried before it is accepted': { scenario: aForbiddenCommand, seen: 'no trace' },
};

describe('a mistake in what the runner decides', () => {
  test('is noticed by a recorded lifecycle, unless it is told below', async () => {
    const runs = recordedLifecycles().flatMap((lifecycle) => lifecycle.runs);
    const mistakes = RUNNER_MISTAKES.filter((each) => !(each in SCENARIOS));

    expect(await unnoticedMistakes(planted, mistakes, runs)).toEqual([]);
  });

  test.each(Object.entries(SCENARIOS))('is noticed: %s', async (mistake, { scenario, seen }) => {
    expect(await scenario(inject('bundlePath'))).toEqual(seen);

    const mistaken = path.join(folder, `mistaken-${randomUUID()}.js`);
    writeFileSync(mistaken, withAwake(planted, mistake));
    try {
      expect(await scenario(mistaken)).not.toEqual(seen);
    } finally {
      rmSync(mistaken);
    }
  });
});

/** The version of the second news, of which the first is heard later by its kind. */
async function newsOfTwoKinds(bundlePath: string): Promise<unknown> {
  const id = await aSubmitted(bundlePath);
  await engine.rest();
  const renewal = { id: randomUUID(), state: 'running' } as const;
  await engine.handle(id).signal(renewalStatus, renewal);
  await engine.handle(id).signal(newRules, { rulesVersion: 2 });
  await engine.wake({ bundlePath });
  await eventually(async () => ((await engine.stored(id)).version === 4 ? true : undefined));
  await engine.rest();
  return (await audited(engine, id)).at(-1)?.version;
}

/** What two commands told, of which the one given later arrives first. */
async function twoCommandsAtOnce(bundlePath: string): Promise<unknown> {
  const id = await aSubmitted(bundlePath);
  // Commands of one instant would be taken by their ids.
  const [low = '', high = ''] = [randomUUID(), randomUUID()].sort();
  const first = { ...redating('2025-11-30'), commandId: high };
  const second = { ...command('submit', day, by.proposer), commandId: low };
  const later = { ...second, givenAt: second.givenAt + 1 };
  await giveWhileResting(engine, id, [later, first], bundlePath);
  await engine.rest();
  return (await audited(engine, id)).slice(2).map(({ events }) => events[0]?.kind);
}

/** What does not replay of an agreement that was given two commands while no worker was there. */
async function commandsAfterRest(bundlePath: string): Promise<unknown> {
  const id = await aSubmitted(bundlePath);
  const two = [redating('2025-11-30'), redating('2025-10-31')];
  await giveWhileResting(engine, id, two, bundlePath);
  await engine.rest();
  return brokenRuns({ ...engine, ground: { ...engine.ground, bundlePath } }, lifecycleId(id));
}

/** The answers to a command that the engine is given twice; the text has gone to another desk by then. */
async function theSameCommandAgain(bundlePath: string): Promise<unknown> {
  await engine.wake({ bundlePath });
  const [before, once] = theWayToSigning(day) as [Command, Command];
  const { id } = await aLifecycle(engine, [before], { on: day, term: TERM });
  const first = await engine.say(id, once);
  const again = await engine.handle(id).executeUpdate(commandUpdate(once.type), { args: [once] });
  await engine.rest();
  return [first, again];
}

/** The plans that a run asked for which follows another. */
async function theNextRun(bundlePath: string): Promise<unknown> {
  const id = await aSubmitted(bundlePath);
  const { events } = await engine.handle(id).fetchHistory();
  const details = (events ?? []).map(({ markerRecordedEventAttributes: marker }) =>
    new TextDecoder().decode(marker?.details?.['data']?.payloads?.[0]?.data ?? new Uint8Array()),
  );
  return details.filter((each) => each.includes('plan'));
}

/** What a command leaves in the history that the stage forbids. */
async function aForbiddenCommand(bundlePath: string): Promise<unknown> {
  await engine.wake({ bundlePath });
  const { id } = await aLifecycle(engine, [], { on: day, term: TERM });
  const before = await engine.handle(id).fetchHistory();
  await engine.say(id, command('return', day, by.branch, { reasonNoteId: 'why' })).catch(() => 0);
  const after = await engine.handle(id).fetchHistory();
  await engine.rest();
  const accepted = (after.events ?? [])
    .slice(before.events?.length)
    .filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
  return accepted.length === 0 ? 'no trace' : 'accepted';
}

/** An agreement of two versions whose second run has begun, and no worker. */
async function aSubmitted(bundlePath: string): Promise<string> {
  await engine.wake({ bundlePath });
  const { id } = await aLifecycle(engine, [command('submit', day, by.proposer)], {
    on: day,
    term: TERM,
  });
  await eventually(async () => {
    const { raw, historyLength } = await engine.handle(id).describe();
    return raw.pendingWorkflowTask == null && historyLength > 3 ? true : undefined;
  });
  await engine.rest();
  return id;
}

function redating(end: string): Command {
  return command('changeDates', day, by.proposer, {
    term: { start: TERM.start, end },
    reasonNoteId: 'why',
  });
}
