/**
 * Whatever the code becomes, the lifecycles that have begun go on: each recorded run replays. And the
 * recorded lifecycles are enough to tell: no command can be left out or slipped in unnoticed.
 */
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { pass, plantMutants, survivors } from '../support/mutants.ts';
import type { Passage, PlantedBundle } from '../support/mutants.ts';
import '../support/quiet-runtime.ts';
import { recordedLifecycles } from '../support/recorded-histories.ts';

const lifecycles = recordedLifecycles();

describe('recorded lifecycles', () => {
  test('are many and different', () => {
    expect(lifecycles.length).toBeGreaterThanOrEqual(10);
  });

  test('go on with the code of today', async () => {
    const runs = lifecycles.flatMap((lifecycle) =>
      lifecycle.runs.map(({ history }, run) => ({
        workflowId: `${lifecycle.name}/${run}`,
        history,
      })),
    );

    const broken: string[] = [];
    const bundle = { workflowBundle: { codePath: inject('bundlePath') } };
    for await (const { workflowId, error } of Worker.runReplayHistories(bundle, runs)) {
      if (error) broken.push(`${workflowId}: ${error.message}`);
    }

    expect(broken).toEqual([]);
  });
});

describe('a mistake in the order of commands', () => {
  let planted: PlantedBundle;
  let passage: Passage;
  beforeAll(async () => {
    planted = await plantMutants();
    passage = await pass(
      planted,
      lifecycles.flatMap((lifecycle) => lifecycle.runs),
    );
  });

  test('is not seen where none is made', () => {
    expect(passage.broken).toEqual([]);
  });

  test('could be made nowhere that no recorded lifecycle comes to', () => {
    const unvisited = planted.places.filter((place) => passage.visitors.get(place)?.length === 0);

    expect(unvisited.map(({ at, text }) => `${at} ${text}`)).toEqual([]);
  });

  test('is noticed by a recorded lifecycle wherever it is made', async () => {
    expect(await survivors(planted, passage)).toEqual([]);
  });
});
