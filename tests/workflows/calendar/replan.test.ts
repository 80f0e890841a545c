import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replanId } from '../../../workflows/calendar/messages.ts';
import { eventually } from '../../support/eventually.ts';
import {
  aLifecycle,
  aSignedLifecycle,
  audited,
  daysThatPassed,
  queued,
} from '../../support/recorded.ts';
import { anEngine } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

const day = '2024-01-08';

/** Puts newer reminder rules in force, without telling anybody yet. */
async function publish(engine: Engine, version: number, daysBefore: number[]): Promise<void> {
  await engine.ask(
    `insert into reminder_policy (version, days_before, mail_hour, source)
     values ($1, $2, 7, 'contoh')`,
    [version, daysBefore],
  );
}

/** Has every open agreement told, and waits until all have heard. */
async function carry(engine: Engine): Promise<void> {
  await engine.ask(`select tell_engine('rules-published', '{}')`);
  await eventually(async () => {
    const [waiting] = await engine.ask(
      'select 1 from engine_message where delivered_at is null limit 1',
    );
    return waiting ? undefined : true;
  });
  await engine.client.workflow.getHandle(replanId(engine.taskQueue)).result();
}

describe('new reminder rules', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await anEngine(day);
  });
  afterAll(() => engine.stop());

  test('reach every open agreement, and what follows goes by them', async () => {
    const signed = await aSignedLifecycle(engine, { on: day });
    const drafted = await aLifecycle(engine);
    const over = await aSignedLifecycle(engine, {
      on: day,
      term: { start: day, end: '2024-01-20' },
    });
    await engine.until(over.id, '2024-02-01');
    await engine.until(signed.id, '2024-07-05');
    await publish(engine, 2, [100, 20]);

    await carry(engine);
    await engine.until(signed.id, '2025-01-02');

    expect(
      await engine.ask('select to_replan, replanned from reminder_policy where version = 2'),
    ).toEqual([{ to_replan: 2, replanned: 2 }]);
    expect(await daysThatPassed(engine, signed.id)).toEqual([
      '2024-02-01 started stage-reached',
      '2024-07-04 reminded',
      '2024-09-22 reminded',
      '2024-12-11 reminded',
      '2025-01-01 expired',
    ]);
    expect((await engine.stored(drafted.id)).rulesVersion).toBe(2);
    expect((await audited(engine, over.id)).map(({ key }) => key)).not.toContain('rules/2');
  });

  test('reach an agreement that was proposed before them and first recorded after', async () => {
    const late = await aLifecycle(engine, [], { rulesVersion: 1 });

    const told = await eventually(async () => {
      const stored = await engine.stored(late.id);
      return stored.rulesVersion === 2 ? stored : undefined;
    });

    expect(told.version).toBe(2);
  });

  test('told twice change nothing twice', async () => {
    const { id } = await aSignedLifecycle(engine, { on: day, rulesVersion: 2 });
    await publish(engine, 3, [50]);

    await carry(engine);
    await carry(engine);

    const told = (await audited(engine, id)).filter(({ key }) => key.startsWith('rules/'));
    expect(told.map(({ key, events }) => [key, events])).toEqual([
      ['rules/3', [{ kind: 'replanned', rulesVersion: 3 }]],
    ]);
  });
});

describe('a reminder due by rules that have been overtaken', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await anEngine(day);
  });
  afterAll(() => engine.stop());

  test('is not sent; the agreement is planned anew before anybody tells it', async () => {
    const { id } = await aSignedLifecycle(engine, { on: day });
    // Half a year that begins on the very day of its first reminder.
    const half = await aSignedLifecycle(engine, {
      on: day,
      term: { start: '2024-02-01', end: '2024-07-30' },
    });
    await engine.until(id, '2024-07-01');
    await publish(engine, 2, [150, 30]);

    await engine.until(id, '2025-01-02');
    await engine.until(half.id, '2024-08-02');

    expect(await daysThatPassed(engine, id)).toEqual([
      '2024-02-01 started stage-reached',
      // 180 days before the end: planned anew instead of reminded.
      '2024-07-04 replanned',
      '2024-08-03 reminded',
      '2024-12-01 reminded',
      '2025-01-01 expired',
    ]);
    const replanned = (await audited(engine, id)).find(({ key }) => key.includes('rules/2'));
    expect(replanned).toMatchObject({
      day: '2024-07-04',
      events: [{ kind: 'replanned', rulesVersion: 2 }],
    });
    expect(
      (await queued(engine, id))
        .filter(({ template }) => template === 'reminder')
        .map((mail) => mail.day),
    ).toEqual([...days('2024-08-03', 4), ...days('2024-12-01', 4)]);

    // Of the half-year's first day only the reminder was overtaken: it is planned anew and begins.
    const first = (await audited(engine, half.id)).filter(({ day: on }) => on === '2024-02-01');
    expect(first.map(({ events }) => events)).toEqual([
      [{ kind: 'replanned', rulesVersion: 2 }],
      [{ kind: 'started' }, { kind: 'stage-reached', stage: 'active' }],
    ]);
    expect(await engine.stored(half.id)).toMatchObject({
      stage: 'ended',
      stageSince: '2024-07-31',
    });
    expect(await daysThatPassed(engine, half.id)).toEqual([
      '2024-02-01 replanned',
      '2024-02-01 started stage-reached',
      '2024-03-02 reminded',
      '2024-06-30 reminded',
      '2024-07-31 expired',
    ]);
  });
});

function days(day: string, times: number): string[] {
  return Array.from({ length: times }, () => day);
}
