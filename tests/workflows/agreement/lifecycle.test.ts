import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { openingOf } from '../../../domain/shared/day.ts';
import {
  agreed,
  anActiveAgreement,
  by,
  command,
  bothSign,
  theWayToSigning,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import {
  aLifecycle,
  aSignedLifecycle,
  audited,
  daysThatPassed,
  queued,
} from '../../support/recorded.ts';
import { rehearse } from '../../support/rehearsal.ts';
import { anEngine } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

describe('a lifecycle on the engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await anEngine('2024-01-08');
  });
  afterAll(() => engine.stop());

  test('passes every milestone on its day and ends the day after its last', async () => {
    const { id } = await aSignedLifecycle(engine, { on: '2024-01-08' });

    const before = await engine.until(id, '2024-12-31');
    const onTheLastDay = await engine.stored(id);
    const afterIt = await engine.until(id, '2025-01-02');

    expect([before, onTheLastDay.stage, afterIt]).toEqual(['reached', 'active', 'ended']);
    expect(await daysThatPassed(engine, id)).toEqual([
      '2024-02-01 started stage-reached',
      '2024-07-04 reminded',
      '2024-10-02 reminded',
      '2024-11-01 reminded',
      '2024-12-01 reminded',
      '2024-12-17 reminded',
      '2024-12-24 reminded',
      '2024-12-31 reminded',
      '2025-01-01 expired',
    ]);
    expect(await engine.stored(id)).toMatchObject({
      stage: 'ended',
      stageSince: '2025-01-01',
      ending: { reason: 'expired', lawful: null, lastDay: '2024-12-31' },
    });
  });

  test('writes its mails for the morning of their day, to those who work on it', async () => {
    const { id } = await aSignedLifecycle(engine, { on: '2024-01-08' });

    await engine.until(id, '2024-10-03');

    const mails = await queued(engine, id);
    expect(mails.map(({ day, template, to }) => `${day} ${template} ${to}`)).toEqual([
      // Handed in, approved: each time whoever has it next.
      '2024-01-08 your-turn approver-mitra@example.test',
      '2024-01-08 your-turn head-tondano@example.test',
      '2024-01-08 your-turn head-tondano@example.test',
      '2024-01-08 your-turn legal-mitra@example.test',
      '2024-01-08 your-turn officer-tondano@example.test',
      '2024-01-08 your-turn officer-tondano@example.test',
      '2024-01-08 your-turn proposer-mitra@example.test',
      '2024-07-04 reminder head-tondano@example.test',
      '2024-07-04 reminder legal-mitra@example.test',
      '2024-07-04 reminder officer-tondano@example.test',
      '2024-07-04 reminder proposer-mitra@example.test',
      '2024-10-02 reminder head-tondano@example.test',
      '2024-10-02 reminder legal-mitra@example.test',
      '2024-10-02 reminder officer-tondano@example.test',
      '2024-10-02 reminder proposer-mitra@example.test',
    ]);
    const mornings = mails.filter(({ template }) => template === 'reminder');
    expect([...new Set(mornings.map(({ notBefore }) => notBefore.toISOString()))]).toEqual([
      '2024-07-03T23:00:00.000Z',
      '2024-10-01T23:00:00.000Z',
    ]);
  });

  test('goes as rehearsed, day by day', async () => {
    const policy = { version: 1, daysBefore: [180, 90, 60, 30, 14, 7, 0], mailHour: 7 };
    const terms = [
      // Two years; a half-year that begins on the day of its first reminder; one leap day.
      { start: '2024-01-15', end: '2025-12-31' },
      { start: '2024-02-01', end: '2024-07-30' },
      { start: '2024-02-29', end: '2024-02-29' },
    ];

    const pairs = await Promise.all(
      terms.map(async (term) => {
        const { id } = await aSignedLifecycle(engine, { on: '2024-01-08', term });
        const rehearsed = rehearse(await engine.stored(id), { policy }, '2026-12-31');
        await engine.until(id, '2026-02-01');
        const recorded = (await audited(engine, id)).slice(rehearsed.length * -1);
        return {
          rehearsed: rehearsed.map(({ day, events }) => ({ day, events })),
          recorded: recorded.map(({ day, events }) => ({ day, events })),
        };
      }),
    );

    expect(pairs.map(({ rehearsed }) => rehearsed.length)).toEqual([9, 8, 2]);
    for (const { rehearsed, recorded } of pairs) expect(recorded).toEqual(rehearsed);
  });

  test('comes into force late when it is signed late, without the reminders of before', async () => {
    const signedInAutumn = bothSign('2024-09-02');
    const { id } = await aLifecycle(engine, theWayToSigning('2024-01-08'));
    await engine.until(id, '2024-09-02');

    for (const each of signedInAutumn) await engine.say(id, each);
    await engine.until(id, '2024-11-02');

    expect(await engine.stored(id)).toMatchObject({ stage: 'active', stageSince: '2024-09-02' });
    expect(await daysThatPassed(engine, id)).toEqual([
      '2024-10-02 reminded',
      '2024-11-01 reminded',
    ]);
  });

  test('ends at once when its last signature is recorded after its last day', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning('2024-01-08'), {
      term: { start: '2024-01-08', end: '2024-03-01' },
    });
    await engine.until(id, '2024-04-05');

    for (const each of bothSign('2024-03-01')) {
      await engine.say(id, { ...each, businessDay: '2024-04-05' });
    }
    await engine.handle(id).result();

    expect((await engine.stored(id)).ending).toMatchObject({
      reason: 'expired',
      lastDay: '2024-03-01',
    });
    expect(await daysThatPassed(engine, id)).toEqual(['2024-04-05 expired']);
  });

  test('follows new dates, and a terminated one is over at once', async () => {
    const { id } = await aSignedLifecycle(engine, { on: '2024-01-08' });
    await engine.until(id, '2024-03-01');

    const redating = command('changeDates', '2024-03-01', by.proposer, {
      term: { start: '2024-02-01', end: '2024-06-30' },
      reasonNoteId: 'why',
      evidenceId: 'addendum',
    });
    for (const each of agreed(redating)) await engine.say(id, each);
    await engine.until(id, '2024-05-10');
    await engine.say(
      id,
      command('terminate', '2024-05-10', by.branch, {
        reason: 'change-of-law',
        lastDay: '2024-05-09',
        evidenceId: 'minutes',
      }),
    );
    const outcome = await engine.handle(id).result();

    expect(outcome).toEqual({ refusal: null });
    expect(await daysThatPassed(engine, id)).toEqual([
      '2024-02-01 started stage-reached',
      // 90 days before the new end is 1 April; 180 days before lies before the start.
      '2024-04-01 reminded',
      '2024-05-01 reminded',
    ]);
    expect(
      await engine.ask('select key from planned_milestone where entity_id = $1', [id]),
    ).toEqual([]);
  });

  test('keeps the plan ahead in PostgreSQL, for the pages and the training clock', async () => {
    const { id } = await aSignedLifecycle(engine, { on: '2024-01-08' });

    await engine.until(id, '2024-12-20');

    const ahead = await engine.ask(
      'select key, due_at from planned_milestone where entity_id = $1 order by place',
      [id],
    );
    expect(ahead).toEqual([
      { key: 'agreement/reminder/-/2024-12-24', due_at: new Date('2024-12-23T16:00:00Z') },
      { key: 'agreement/reminder/-/2024-12-31', due_at: new Date('2024-12-30T16:00:00Z') },
      { key: 'agreement/expiry/-/2025-01-01', due_at: new Date('2024-12-31T16:00:00Z') },
    ]);
  });

  test('begins anew in each stage and in each budget year, and while it is short in no other moment', async () => {
    const { id } = await aSignedLifecycle(engine, {
      on: '2024-01-08',
      term: { start: '2024-02-01', end: '2025-06-30' },
    });

    await engine.until(id, '2025-04-02');

    // proposal, drafting, review, approval, signing, active, the year 2025.
    expect(await runsOf(engine, id)).toHaveLength(7);
  });

  test('shows operators kind, stage, region, branch and end, and nothing else', async () => {
    const { id } = await aSignedLifecycle(engine, { on: '2024-01-08' });

    const { typedSearchAttributes, memo } = await engine.handle(id).describe();

    const shown = Object.fromEntries(
      [...typedSearchAttributes.getAll()].map(({ key, value }) => [key.name, value]),
    );
    expect(shown).toMatchObject({
      AgreementKind: 'pks',
      AgreementStage: 'signing',
      Region: '71.07',
      Branch: offices.tondano,
      EndDay: new Date('2024-12-31T00:00:00Z'),
    });
    expect(memo ?? {}).toEqual({});
  });
});

/** The events of each run that a lifecycle took. */
async function runsOf({ client }: Engine, id: string): Promise<number[]> {
  const lengths: number[] = [];
  const workflowId = `agreement-lifecycle/${id}`;
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    lengths.push(events?.length ?? 0);
  }
  return lengths;
}

describe('an engine that was away for a while', () => {
  let engine: Engine;
  const active = anActiveAgreement();
  const of = (day: string) => openingOf(day, 'Asia/Makassar', 9) - Date.now();
  beforeAll(async () => {
    engine = await anEngine('2024-01-08');
    const everyDay = Array.from({ length: 60 }, (_, days) => days);
    await engine.ask(`insert into reminder_policy (version, days_before, mail_hour, source)
      values (2, '{${everyDay.join()}}', 7, 'contoh')`);
  });
  afterAll(() => engine.stop());

  /** Gives a lifecycle back that was in force when the engine stopped, on the day it starts again. */
  async function givenBack(state: AgreementState, day: string): Promise<string> {
    const { id } = { ...state, id: randomUUID() };
    await engine.start({ ...state, id }, of(day));
    return id;
  }

  test('sends one reminder for all that were missed, and says which', async () => {
    const id = await givenBack(
      { ...active, rulesVersion: 2, milestonesPassedUntil: '2024-11-29' },
      '2024-12-05',
    );

    const [told] = await audited(engine, id);
    const mails = await queued(engine, id);

    expect(told).toMatchObject({
      day: '2024-12-05',
      events: [{ kind: 'reminded', daysLeft: 26, missed: [31, 30, 29, 28, 27] }],
    });
    expect(mails.filter(({ template }) => template === 'reminder')).toHaveLength(4);
  });

  test('does so for more than one plan can hold', async () => {
    const id = await givenBack({ ...active, rulesVersion: 2 }, '2024-12-20');

    const told = await audited(engine, id);

    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      day: '2024-12-20',
      events: [
        {
          kind: 'reminded',
          daysLeft: 11,
          // 59 days before the end to 12; the 11th is the one that is sent.
          missed: Array.from({ length: 48 }, (_, index) => 59 - index),
        },
      ],
    });
    expect(await engine.until(id, '2024-12-21')).toBe('reached');
    expect((await audited(engine, id)).at(-1)).toMatchObject({
      day: '2024-12-21',
      events: [{ kind: 'reminded', daysLeft: 10, missed: [] }],
    });
  });

  test('has all that lies ahead in PostgreSQL, more than its workflow is handed at once', async () => {
    const id = await givenBack({ ...active, rulesVersion: 2 }, '2024-11-02');

    await eventually(async () => ((await audited(engine, id)).length > 0 ? true : undefined));

    const ahead = await engine.ask<{ kind: string }>(
      'select kind from planned_milestone where entity_id = $1 order by place',
      [id],
    );
    expect(ahead.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 59 }, () => 'reminder'),
      'expiry',
    ]);
  });

  test('ends a run that has become long, and goes on reminding each day once', async () => {
    const id = await givenBack({ ...active, rulesVersion: 2 }, '2024-11-02');

    await engine.until(id, '2024-12-31');

    const days = (await audited(engine, id)).map(({ day }) => day);
    expect(days).toHaveLength(60);
    expect(new Set(days).size).toBe(60);
    expect([days[0], days.at(-1)]).toEqual(['2024-11-02', '2024-12-31']);
    const runs = await runsOf(engine, id);
    expect(runs.length).toBeGreaterThan(2);
    expect(Math.max(...runs)).toBeLessThan(140);
  });

  test('ends what ran out meanwhile on its last day', async () => {
    const id = await givenBack(active, '2025-01-06');

    await engine.handle(id).result();

    expect(await engine.stored(id)).toMatchObject({
      stageSince: '2025-01-01',
      ending: { reason: 'expired', lastDay: '2024-12-31' },
    });
    expect((await queued(engine, id)).map(({ template, day }) => `${template} ${day}`)).toEqual(
      Array.from({ length: 4 }, () => 'expired 2025-01-06'),
    );
  });

  test('lets what was due pass before what people ask, and answers with what is then right', async () => {
    await engine.rest();
    const id = await givenBack({ ...active, version: 7 }, '2025-01-01');
    const longer = command('changeDates', '2024-12-31', by.proposer, {
      term: { start: '2024-02-01', end: '2025-06-30' },
      reasonNoteId: 'why',
      evidenceId: 'addendum',
    });
    const asked = engine.say(id, longer);

    await engine.wake();

    expect(await asked).toMatchObject({ version: 8, refusal: { code: 'AgreementEnded' } });
    expect((await engine.stored(id)).stage).toBe('ended');
  });
});
