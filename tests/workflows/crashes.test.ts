import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../domain/agreement/command.ts';
import { newRules } from '../../workflows/messages.ts';
import { renewalStatus } from '../../workflows/agreement/messages.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import type { Death } from '../support/killable-worker.ts';
import { aKillableWorker } from '../support/killable-processes.ts';
import { aLifecycle, aLifecycleFrom, audited, queued } from '../support/recorded.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';
const { tondano } = offices;

// Starting a process is work, waiting for its death to be noticed is not: the tests wait side by
// side and start one after another.
let started: Promise<unknown> = Promise.resolve();
function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const mine = started.then(start);
  started = mine.catch(() => undefined);
  return mine;
}

type Crash = {
  /** How far the agreement has come when a worker takes it up that will die. */
  led: Command[];
  only?: Parameters<typeof aLifecycle>[2];
  death: Death;
  /** What the dying worker is busy with. */
  doing: (engine: Engine, id: string) => Promise<unknown>;
  /** What comes while no worker is there. */
  meanwhile?: (engine: Engine, id: string) => Promise<unknown>;
};

/** Lets a worker die in the middle of something, and another one go on. */
async function survive({ led, only, death, doing, meanwhile }: Crash) {
  const { engine, id, killable } = await inTurn(async () => {
    const engine = await anEngine(day, { asleep: true });
    const { id } = await aLifecycleFrom(engine, led, only);
    return { engine, id, killable: await aKillableWorker(engine, death) };
  });

  const done = doing(engine, id);
  done.catch(() => undefined);
  await killable.died;
  const between = meanwhile?.(engine, id);
  await engine.wake();

  return { engine, id, done: await done, between: await between };
}

const changes = async (engine: Engine, id: string) =>
  (await audited(engine, id)).map(({ version, events }) => [
    version,
    events.map(({ kind }) => kind).join(' '),
  ]);

const redating = (end: string, on = day, more: Partial<Command> = {}) =>
  command('changeDates', on, by.proposer, {
    term: { start: '2024-02-01', end },
    reasonNoteId: 'why',
    ...more,
  });

const toSigned = () => [...theWayToSigning(day), ...bothSign(day)];

describe.concurrent('a worker that dies after it has recorded a command', () => {
  const submits = command('submit', day, by.proposer);

  test('leaves it to another, who does it once', async () => {
    const { engine, id, done } = await survive({
      led: [],
      death: { activity: 'recordAgreement', local: false },
      doing: (engine, id) => engine.say(id, submits),
    });

    expect(done).toEqual({ version: 2, refusal: null });
    expect(await changes(engine, id)).toEqual([
      [1, 'created'],
      [2, 'submitted stage-reached'],
    ]);
    expect(await engine.stored(id)).toMatchObject({ version: 2, stage: 'drafting' });
    await engine.stop();
  });

  test('with another command and a signal on the way, all are done once', async () => {
    const handsIn = command('submit', day, by.proposer);
    const { engine, id, done, between } = await survive({
      led: [command('submit', day, by.proposer)],
      death: { activity: 'recordAgreement', local: false },
      doing: (engine, id) => engine.say(id, handsIn),
      meanwhile: async (engine, id) => {
        const redated = engine.say(id, redating('2024-11-30'));
        await engine.handle(id).signal(newRules, { rulesVersion: 2 });
        return redated;
      },
    });

    expect(done).toEqual({ version: 3, refusal: null });
    expect(between).toMatchObject({ refusal: null });
    const told = await changes(engine, id);
    expect(told.map(([, kinds]) => kinds).sort()).toEqual([
      'created',
      'dates-changed',
      'submitted stage-reached',
      'submitted stage-reached',
    ]);
    // One of the five versions took over another calendar, which changes no day of a draft.
    expect(new Set(told.map(([version]) => version)).size).toBe(4);
    expect(await engine.stored(id)).toMatchObject({
      version: 5,
      stage: 'review',
      rulesVersion: 2,
      term: { end: '2024-11-30' },
    });
    expect((await queued(engine, id)).map(({ template, to }) => [template, to])).toEqual([
      ['dates-changed', 'head-tondano@example.test'],
      ['dates-changed', 'legal-mitra@example.test'],
      ['dates-changed', 'officer-tondano@example.test'],
      ['your-turn', 'head-tondano@example.test'],
      ['your-turn', 'officer-tondano@example.test'],
    ]);
    await engine.stop();
  });
});

describe.concurrent('a worker that dies after a reservation', () => {
  const [signs] = bothSign(day) as [Command];

  test('leaves the reservation to the command that made it', async () => {
    const { engine, id, done } = await survive({
      led: theWayToSigning(day),
      death: { activity: 'reserveForAgreement', local: false },
      doing: (engine, id) => engine.say(id, signs),
    });

    expect(done).toEqual({ version: 6, refusal: null });
    expect(await engine.ask('select command_id from signature_reservation')).toEqual([
      { command_id: signs.commandId },
    ]);
    expect((await engine.stored(id)).parties.map(({ signature }) => signature?.signedOn)).toEqual([
      day,
      undefined,
    ]);
    await engine.stop();
  });

  test('and is followed by a withdrawal, leaves nothing reserved', async () => {
    const { engine, id, done, between } = await survive({
      led: theWayToSigning(day),
      death: { activity: 'reserveForAgreement', local: false },
      doing: (engine, id) => engine.say(id, signs),
      meanwhile: (engine, id) =>
        engine.say(id, command('withdraw', day, by.branch, { reasonNoteId: 'why' })),
    });

    expect(done).toEqual({ version: 6, refusal: null });
    expect(between).toEqual({ version: 7, refusal: null });
    expect(await engine.ask('select from signature_reservation')).toEqual([]);
    expect(await engine.stored(id)).toMatchObject({ stage: 'ended', version: 7 });
    await engine.stop();
  });
});

describe.concurrent('a worker that dies after it has recorded what a day brought', () => {
  const next = () => ({ id: randomUUID(), state: 'running' as const });

  test('at the beginning of a lifecycle', async () => {
    const engine = await anEngine(day, { asleep: true });
    const killable = await inTurn(() =>
      aKillableWorker(engine, { activity: 'recordAgreement', local: true }),
    );
    const { id } = await aLifecycle(engine);
    await killable.died;
    const submitted = engine.say(id, command('submit', day, by.proposer));

    await engine.wake();

    expect(await submitted).toEqual({ version: 2, refusal: null });
    expect(await changes(engine, id)).toEqual([
      [1, 'created'],
      [2, 'submitted stage-reached'],
    ]);
    await engine.stop();
  });

  test('leaves a reminder that is sent once, with a command and a signal on the way', async () => {
    const renewal = next();
    const { engine, id, between } = await survive({
      led: toSigned(),
      // The start, the first reminder.
      death: { activity: 'recordAgreement', local: true, nth: 2 },
      doing: (engine, id) => engine.until(id, '2024-07-05'),
      meanwhile: async (engine, id) => {
        const passed = engine.say(
          id,
          command('passTurn', '2024-07-04', by.proposer, { to: tondano }),
        );
        await engine.handle(id).signal(renewalStatus, renewal);
        return passed;
      },
    });

    expect(between).toMatchObject({ refusal: null });
    const told = (await changes(engine, id)).slice(7);
    expect(told.map(([, kinds]) => kinds).sort()).toEqual(
      ['reminded', 'renewal-moved', 'started stage-reached', 'turn-passed'].sort(),
    );
    const reminders = (await queued(engine, id)).filter(({ template }) => template === 'reminder');
    expect(reminders.map(({ to }) => to)).toEqual([
      'head-tondano@example.test',
      'legal-mitra@example.test',
      'officer-tondano@example.test',
      'proposer-mitra@example.test',
    ]);
    expect(await engine.stored(id)).toMatchObject({
      milestonesPassedUntil: '2024-07-04',
      renewal,
      turn: { desks: [tondano] },
    });
    await engine.stop();
  });

  test('at the end of a lifecycle, ends it, whatever is asked meanwhile', async () => {
    const { engine, id, between } = await survive({
      led: toSigned(),
      only: { term: { start: day, end: '2024-02-20' } },
      // Thirty, fourteen, seven and no days before; the end.
      death: { activity: 'recordAgreement', local: true, nth: 5 },
      doing: (engine, id) => engine.until(id, '2024-02-22'),
      meanwhile: (engine, id) =>
        engine.say(
          id,
          redating('2024-12-31', '2024-02-20', {
            term: { start: day, end: '2024-12-31' },
            evidenceId: 'addendum',
          }),
        ),
    });

    expect(between).toMatchObject({ refusal: { code: 'AgreementEnded' } });
    expect(await engine.stored(id)).toMatchObject({
      stage: 'ended',
      ending: { reason: 'expired', lastDay: '2024-02-20' },
    });
    expect((await changes(engine, id)).filter(([, kinds]) => kinds === 'expired')).toHaveLength(1);
    expect(
      (await queued(engine, id)).filter(({ template }) => template === 'expired'),
    ).toHaveLength(4);
    await engine.stop();
  });

  test('while it looks up the plan of a restored lifecycle, delays nothing', async () => {
    const { engine, id, done } = await survive({
      led: toSigned(),
      only: { term: { start: day, end: '2024-12-31' } },
      death: { activity: 'planAgreement', local: true },
      doing: (engine, id) => engine.until(id, '2024-07-05'),
    });

    expect(done).toBe('reached');
    expect((await changes(engine, id)).at(-1)).toEqual([8, 'reminded']);
    await engine.stop();
  });
});
