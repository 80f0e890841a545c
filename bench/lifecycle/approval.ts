/** Approvals over HTTP until they can be read, at a steady rate, against a bare update. */
import { randomUUID } from 'node:crypto';
import { addDays } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { after, anAgreement, theWayToSigning } from '../../tests/support/agreements.ts';
import type { BenchEnvironment } from '../bench-environment.ts';
import { median, percentile, round, ROUNDS, spread } from '../row.ts';
import type { Row } from '../row.ts';
import { begin } from './begin.ts';

/** The 99th percentile at ten a second, as a multiple of a bare update's. */
export async function approvalRow(
  stage: BenchEnvironment,
  say: (line: string) => void,
): Promise<Row> {
  const perRound = 100;
  const rate = 10;
  const today = new Date().toISOString().slice(0, 10);
  const ours: number[] = [];
  const peers: number[] = [];
  const ratios: number[] = [];
  for (let at = -1; at < ROUNDS; at += 1) {
    // The first round warms everybody up and is not counted.
    const ids = await underApproval(stage, perRound, today);
    const entities = await bareEntities(stage, perRound);
    await stage.untilMailed();
    const bare = await atRate(rate, entities, (id) =>
      stage.client.workflow.getHandle(id).executeUpdate('bareUpdate'),
    );
    const approvals = await atRate(rate, ids, async (id) => {
      const answer = await stage.post('legal-mitra', `/agreements/${id}/approvals`, {
        step: 'hukum',
      });
      const body = (await answer.json()) as { stage?: string; detail?: string };
      if (body.stage !== 'signing')
        throw new Error(`approval answered ${answer.status} ${body.detail}`);
    });
    await Promise.all(entities.map((id) => stage.client.workflow.getHandle(id).terminate()));
    if (at < 0) continue;
    ours.push(percentile(approvals, 0.99));
    peers.push(percentile(bare, 0.99));
    ratios.push(percentile(approvals, 0.99) / percentile(bare, 0.99));
    say(
      `Approval, round ${at + 1} of ${ROUNDS}: p99 ${round(ours.at(-1) ?? 0)} ms, bare ${round(peers.at(-1) ?? 0)} ms`,
    );
  }
  return {
    metric: 'approve until readable, p99 at 10 per second',
    value: round(median(ratios)),
    unit: '× bare update with one regular activity',
    goal: 1.6,
    better: 'lower',
    against: `ours ${round(median(ours))} ms, bare ${round(median(peers))} ms; ratio ${spread(ratios)}`,
  };
}

/** Milliseconds that each piece of work took when one began every so often, whatever it took. */
async function atRate<T>(
  rate: number,
  things: T[],
  work: (thing: T) => Promise<unknown>,
): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    things.map(async (thing, at) => {
      const dueAt = began + (at * 1000) / rate;
      await new Promise((resolve) => setTimeout(resolve, dueAt - performance.now()));
      await work(thing);
      return performance.now() - dueAt;
    }),
  );
}

/** Agreements in the stage of approval, given to the engine as restoring would give them. */
async function underApproval(
  stage: BenchEnvironment,
  count: number,
  today: Day,
): Promise<string[]> {
  const term = { start: today, end: addDays(today, 300) };
  const states = Array.from({ length: count }, () =>
    after(anAgreement({ on: today, term }), theWayToSigning(today).slice(0, 3)),
  );
  for (const state of states) await begin(stage, state);
  return states.map(({ id }) => id);
}

async function bareEntities(stage: BenchEnvironment, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `bare-entity-${randomUUID()}`);
  for (const workflowId of ids) {
    await stage.client.workflow.start('bareEntity', { taskQueue: 'bare', workflowId });
  }
  return ids;
}
