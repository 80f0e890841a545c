import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../local/port.ts';
import { startTemporal } from '../../local/temporal.ts';
import type { TemporalServer } from '../../local/temporal.ts';
import { newRules } from '../../workflows/messages.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { engineOn } from '../support/engine.ts';
import type { Death } from '../support/killable-worker.ts';
import { aKillableWorker } from '../support/killable-processes.ts';
import { aLifecycleFrom, audited, daysThatPassed, queued } from '../support/recorded.ts';
import { restore } from '../support/restored.ts';
import { sharedServers } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';
import { swiftFolder } from '../support/swift-folder.ts';

const day = '2024-01-08';
const { tondano } = offices;

const folder = swiftFolder('temporal');
const data = path.join(folder, 'data');
const olderCopy = path.join(folder, 'older');
let server: TemporalServer;
let port: number;

async function startServer(): Promise<void> {
  server = await startTemporal({
    binary: inject('temporalBinary'),
    port,
    databaseFile: path.join(data, 'temporal.db'),
    timeSkipping: true,
  });
}

async function killServer(): Promise<void> {
  const gone = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill('SIGKILL');
  await gone;
}

const anEngine = () =>
  engineOn({ ...sharedServers(), temporalAddress: `127.0.0.1:${port}` }, day, { asleep: true });

const redating = (end: string, on = day, start = '2024-02-01') =>
  command('changeDates', on, by.proposer, {
    term: { start, end },
    reasonNoteId: 'why',
  });

const withdrawing = (on = day) => command('withdraw', on, by.branch, { reasonNoteId: 'why' });

const toSigned = () => [...theWayToSigning(day), ...bothSign(day)];

const changes = async (engine: Engine, id: string) =>
  (await audited(engine, id)).map(({ version, events }) => [
    version,
    events.map(({ kind }) => kind).join(' '),
  ]);

const kindsOf = (told: Awaited<ReturnType<typeof changes>>) => told.map(([, kinds]) => kinds);

beforeAll(async () => {
  port = await freePort();
  mkdirSync(data);
  await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server that is killed after a worker was', () => {
  const submits = command('submit', day, by.proposer);
  const [signs] = bothSign(day) as [Command];
  const passes = command('passTurn', '2024-07-04', by.proposer, { to: tondano });

  /** A lifecycle whose worker dies right after this activity's commit. */
  async function crashed(
    led: Command[],
    death: Death,
    doing: (engine: Engine, id: string) => Promise<unknown>,
  ) {
    const engine = await anEngine();
    const { id } = await aLifecycleFrom(engine, led);
    const killable = await aKillableWorker(engine, death);
    // The caller hears nothing, or that nobody answers.
    doing(engine, id).catch(() => undefined);
    await killable.died;
    return { engine, id };
  }

  test('knows all that was recorded, and nothing is done twice', async () => {
    const [plain, reserving, milestone] = await Promise.all([
      crashed([], { activity: 'recordAgreement', local: false }, (engine, id) =>
        engine.say(id, submits),
      ),
      crashed(
        theWayToSigning(day),
        { activity: 'reserveForAgreement', local: false },
        (engine, id) => engine.say(id, signs),
      ),
      // The start, the first reminder.
      crashed(toSigned(), { activity: 'recordAgreement', local: true, nth: 2 }, (engine, id) =>
        engine.until(id, '2024-07-05'),
      ),
    ]);

    await killServer();
    await startServer();
    const between = Promise.all([
      plain.engine.say(plain.id, redating('2024-11-30')),
      milestone.engine.say(milestone.id, passes),
    ]);
    await Promise.all(
      [plain, reserving].map(({ engine, id }) =>
        engine.handle(id).signal(newRules, { rulesVersion: 2 }),
      ),
    );
    for (const { engine } of [plain, reserving, milestone]) await engine.wake();
    const again = await Promise.all([
      plain.engine.say(plain.id, submits),
      reserving.engine.say(reserving.id, signs),
      milestone.engine.until(milestone.id, '2024-07-06'),
    ]);

    expect(again).toMatchObject([{ version: 2, refusal: null }, { refusal: null }, 'reached']);
    expect(await between).toMatchObject([{ refusal: null }, { refusal: null }]);
    expect(kindsOf(await changes(plain.engine, plain.id)).sort()).toEqual([
      'created',
      'dates-changed',
      'submitted stage-reached',
    ]);
    expect(await plain.engine.stored(plain.id)).toMatchObject({
      version: 4,
      stage: 'drafting',
      term: { end: '2024-11-30' },
      rulesVersion: 2,
    });

    expect((await reserving.engine.stored(reserving.id)).version).toBe(7);
    expect(await reserving.engine.ask('select command_id from signature_reservation')).toEqual([
      { command_id: signs.commandId },
    ]);
    expect(
      kindsOf(await changes(reserving.engine, reserving.id))
        .slice(5)
        .sort(),
    ).toEqual(['signed']);

    expect((await changes(milestone.engine, milestone.id)).slice(7)).toEqual([
      [8, 'started stage-reached'],
      [9, 'reminded'],
      [10, 'turn-passed'],
    ]);
    const mails = await queued(milestone.engine, milestone.id);
    expect(mails.filter(({ template }) => template === 'reminder')).toHaveLength(4);

    for (const { engine } of [plain, reserving, milestone]) await engine.stop();
  });
});

describe("Temporal's data", () => {
  test('deleted, are made again from PostgreSQL, and nothing is forgotten', async () => {
    const engine = await anEngine();
    const submits = command('submit', day, by.proposer);
    const drafting = await aLifecycleFrom(engine, []);
    const signing = await aLifecycleFrom(engine, theWayToSigning(day));
    const active = await aLifecycleFrom(engine, toSigned());
    const over = await aLifecycleFrom(engine, []);
    await engine.wake();
    await engine.say(drafting.id, submits);
    await engine.say(over.id, withdrawing());
    await engine.until(active.id, '2024-07-05');
    await engine.rest();

    await server.stop();
    rmSync(data, { recursive: true });
    mkdirSync(data);
    // Meanwhile 180 days became 64, past the reminders of 90.
    await engine.setClock('2024-10-28');
    await startServer();
    const first = await restore(engine);
    const second = await restore(engine);
    await engine.wake();

    const open = [drafting, signing, active].map(({ id }) => id).sort();
    expect(first).toEqual({ looked: 3, begunAgain: open });
    expect(second).toEqual({ looked: 3 });
    expect(await engine.say(drafting.id, submits)).toMatchObject({ version: 2, refusal: null });
    expect(await engine.say(drafting.id, command('submit', '2024-10-28', by.proposer))).toEqual({
      version: 3,
      refusal: null,
    });
    const [signs] = bothSign(day) as [Command];
    expect(await engine.say(signing.id, signs)).toEqual({ version: 6, refusal: null });
    expect(await engine.say(signing.id, signs)).toMatchObject({ version: 6, refusal: null });
    expect(await changes(engine, drafting.id)).toEqual([
      [1, 'created'],
      [2, 'submitted stage-reached'],
      [3, 'submitted stage-reached'],
    ]);
    expect(await engine.until(active.id, '2025-01-02')).toBe('ended');
    expect(await daysThatPassed(engine, active.id)).toEqual([
      '2024-02-01 started stage-reached',
      '2024-07-04 reminded',
      // That of 2 October, late.
      '2024-10-28 reminded',
      '2024-11-01 reminded',
      '2024-12-01 reminded',
      '2024-12-17 reminded',
      '2024-12-24 reminded',
      '2024-12-31 reminded',
      '2025-01-01 expired',
    ]);
    expect(
      await engine
        .handle(over.id)
        .describe()
        .catch(() => 'forgotten'),
    ).toBe('forgotten');
    await engine.stop();
  });

  test('that are older than PostgreSQL give way to it', async () => {
    const engine = await anEngine();
    const untouched = await aLifecycleFrom(engine, []);
    const moved = await aLifecycleFrom(engine, []);
    const reminded = await aLifecycleFrom(engine, toSigned());
    const over = await aLifecycleFrom(engine, toSigned());
    const submits = command('submit', day, by.proposer);
    await engine.wake();
    await engine.until(reminded.id, '2024-03-01');
    await engine.until(over.id, '2024-03-01');
    await engine.rest();
    await server.stop();
    cpSync(data, olderCopy, { recursive: true });
    await startServer();
    await engine.wake();
    await engine.say(moved.id, submits);
    await engine.until(reminded.id, '2024-07-05');
    const terminates = command('terminate', '2024-03-01', by.proposer, {
      reason: 'change-of-law',
      lastDay: '2024-02-29',
      evidenceId: 'letter',
    });
    await engine.say(over.id, terminates);
    await engine.setClock('2024-07-05');
    const born = await aLifecycleFrom(engine, []);
    await engine.rest();

    await server.stop();
    rmSync(data, { recursive: true });
    cpSync(olderCopy, data, { recursive: true });
    await startServer();
    const first = await restore(engine);
    const second = await restore(engine);
    await engine.wake();

    expect(first).toEqual({
      looked: 5,
      begunAgain: [moved, reminded, born].map(({ id }) => id).sort(),
      stopped: [over.id],
    });
    expect(second).toEqual({ looked: 4 });
    expect(await engine.say(untouched.id, command('submit', day, by.proposer))).toEqual({
      version: 2,
      refusal: null,
    });
    expect(await engine.say(moved.id, submits)).toMatchObject({ version: 2, refusal: null });
    expect(await engine.say(born.id, command('submit', day, by.proposer))).toEqual({
      version: 2,
      refusal: null,
    });
    expect(await changes(engine, moved.id)).toHaveLength(2);
    await engine.until(reminded.id, '2024-10-03');
    expect(await daysThatPassed(engine, reminded.id)).toEqual([
      '2024-02-01 started stage-reached',
      '2024-07-04 reminded',
      '2024-10-02 reminded',
    ]);
    expect((await engine.handle(over.id).describe()).status.name).toBe('TERMINATED');
    expect((await engine.stored(over.id)).ending).toMatchObject({ reason: 'terminated' });
    await engine.stop();
  });
});
