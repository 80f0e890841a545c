/**
 * Another kind of entity, known to nothing but its own file, goes through what agreements go through:
 * a market stall (tests/support/stall.ts) takes a stand that PostgreSQL grants, hears of the wind, and has
 * milestones of two contexts, which read them from tables: the market closes it, inspectors visit it.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fastForward } from '../../activities/clock/fast-forward.ts';
import { ROOT } from '../../config/root.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { writeWorkflowBundle } from '../../worker/bundle.ts';
import { openEntities, replayWorkflows } from '../../worker/replay-check.ts';
import { restoreLifecycles } from '../../worker/restore.ts';
import { surveyEngine } from '../../worker/survey-engine.ts';
import { ADVANCE_CLOCK } from '../../workflows/clock/messages.ts';
import { commandUpdate, longWorkQueue } from '../../workflows/messages.ts';
import type { CommandResult } from '../../domain/shared/command-metadata.ts';
import { askFor } from '../support/asked.ts';
import { engineOn } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { aKillableWorker } from '../support/killable-processes.ts';
import { brokenRuns } from '../support/replay.ts';
import { sharedServers } from '../support/stage.ts';
import { stallKind, windBlows } from '../support/stall.ts';
import type { Stall, StallCommand } from '../support/stall.ts';

const day = '2024-01-08';
const kinds = [stallKind];

let engine: Engine;
beforeAll(async () => {
  const bundlePath = path.join(ROOT, 'build', `stalls-${randomUUID()}.js`);
  await writeWorkflowBundle(bundlePath, path.join(import.meta.dirname, '../support/stall.ts'));
  engine = await engineOn({ ...sharedServers(), bundlePath }, day, {
    parts: { kinds },
    asleep: true,
  });
  await engine.ask(`
    create table stall (id uuid primary key, version int, state jsonb, stage text, release text,
      recorded_at timestamptz default now());
    create table stand (number int primary key, stall uuid);
    create table market (day date);
    insert into market values ('2024-03-01');
    create table visit (stall uuid, stage text, day date);
    create table report (stall uuid, key text);
    grant all on stall, stand, market, visit, report to mapalus_worker`);
  await engine.setClock(day);
  await engine.wake();
});
afterAll(async () => {
  await engine.stop();
  rmSync(engine.ground.bundlePath);
});

test('a stand is taken by one stall, and the other is told that it is taken', async () => {
  const [one, other] = [await aStall(), await aStall()];

  const taken = await take(one, 7);
  const refused = await take(other, 7);

  expect(taken).toEqual({ version: 2, refusal: null });
  expect(refused).toEqual({ version: 1, refusal: { code: 'NumberTaken', params: {} } });
  expect(await stored(one)).toMatchObject({ version: 2, stand: 7 });
});

test('what it hears from elsewhere is recorded once', async () => {
  const id = await aStall();

  await handle(id).signal(windBlows, 5);
  await handle(id).signal(windBlows, 5);
  const windy = await eventually(async () =>
    (await stored(id)).wind === 5 ? stored(id) : undefined,
  );
  await take(id, 11);

  expect(windy.version).toBe(2);
  expect((await stored(id)).version).toBe(3);
});

test('a worker that dies after a recording leaves nothing undone and nothing doubled', async () => {
  const id = await aStall();
  await engine.rest();
  const death = { activity: 'recordStall', local: false };
  const dying = await aKillableWorker(engine, death, { stalls: true });

  const taking = take(id, 21);
  await dying.died;
  await engine.wake();

  expect(await taking).toEqual({ version: 2, refusal: null });
  expect(await stored(id)).toMatchObject({ version: 2, stand: 21 });
});

test('a new stretch is a new run, which remembers what was answered', async () => {
  const id = await aStall();
  const before = (await handle(id).describe()).runId;
  const taking = takes(31);
  await give(id, taking);

  const after = await eventually(async () => {
    const { runId } = await handle(id).describe();
    return runId === before ? undefined : runId;
  });
  const again = await tell(id, taking);

  expect(after).not.toBe(before);
  expect(again).toEqual({ version: 2, refusal: null });
  expect((await stored(id)).version).toBe(2);
});

test('a day that is put off in the minute it is due does nothing until it comes', async () => {
  const id = await aStall();
  await take(id, 41);
  await setMarket('2024-04-05');

  await until(id, '2024-03-01');
  const putOff = await stored(id);
  const ahead = await planned(id);
  await until(id, '2024-04-05');

  expect(putOff).toMatchObject({ version: 2, isOver: false });
  expect(ahead).toEqual(['market/closing/-/2024-04-05']);
  expect(await stored(id)).toMatchObject({ version: 3, isOver: true });
  expect((await handle(id).describe()).status.name).toBe('COMPLETED');
  await setMarket('2024-03-01');
});

test('of two milestones of one context and day only the one that is not moot passes', async () => {
  const id = await aStall();
  await plan(id, '2024-02-10', 'fire', 'scales');
  await take(id, 43);
  const ahead = await planned(id);
  await engine.ask(`delete from visit where stall = $1 and stage = 'scales'`, [id]);

  await until(id, '2024-02-10');

  expect(ahead).toEqual([
    'inspection/visit/fire/2024-02-10',
    'inspection/visit/scales/2024-02-10',
    'market/closing/-/2024-03-01',
  ]);
  expect(await stored(id)).toMatchObject({ version: 3, told: ['visited for fire'] });
  expect(await reported(id)).toEqual(['inspection/visit/fire/2024-02-10']);
  expect(await planned(id)).toEqual(['market/closing/-/2024-03-01']);
  expect(await brokenRuns(engine, `stall/${id}`)).toEqual([]);
});

test('milestones of two contexts pass in the order of the contexts, once, though the worker dies', async () => {
  const id = await aStall();
  await plan(id, '2024-03-01', 'scales', 'fire');
  await take(id, 47);
  const ahead = await planned(id);
  await engine.rest();
  const dying = await aKillableWorker(
    engine,
    { activity: 'recordStall', local: true },
    { stalls: true },
  );

  const passing = until(id, '2024-03-01');
  await dying.died;
  await engine.wake();
  await passing;

  expect(ahead).toEqual([
    'market/closing/-/2024-03-01',
    'inspection/visit/fire/2024-03-01',
    'inspection/visit/scales/2024-03-01',
  ]);
  expect(await stored(id)).toMatchObject({
    version: 3,
    isOver: true,
    told: ['closed', 'visited for fire', 'visited for scales'],
  });
  expect(await reported(id)).toEqual([
    'inspection/visit/fire/2024-03-01',
    'inspection/visit/scales/2024-03-01',
  ]);
  expect(await brokenRuns(engine, `stall/${id}`)).toEqual([]);
});

test('what the engine lost is begun again from PostgreSQL, and its stand is kept', async () => {
  const id = await aStall();
  await take(id, 51);
  await handle(id).terminate('lost');

  const restored = await restore();

  expect(restored.begunAgain).toEqual([id]);
  expect(await take(id, 52)).toEqual({ version: 3, refusal: null });
});

test('what an older PostgreSQL has forgotten is recorded again from the engine', async () => {
  const id = await aStall();
  await take(id, 61);
  await engine.rest();
  await engine.ask(
    `update stall set version = 1, state = jsonb_set(jsonb_set(state, '{version}', '1'), '{stand}', 'null')
     where id = $1`,
    [id],
  );
  await engine.ask('delete from stand where stall = $1', [id]);
  const { amiss } = await surveyEngine({ ...engine, kinds }, 1);

  const restored = await restore();
  await engine.wake();

  expect(amiss.ahead).toEqual([id]);
  expect(restored.recordedAgain).toEqual([id]);
  expect(await stored(id)).toMatchObject({ version: 3, stand: 61 });
  expect(await engine.ask('select number from stand where stall = $1', [id])).toEqual([
    { number: 61 },
  ]);
});

test('every run of every stall replays', async () => {
  const entities = await openEntities(engine.database, kinds);
  const { client, ground } = engine;

  const failures = await replayWorkflows({ client, bundlePath: ground.bundlePath }, entities);
  const broken = await Promise.all(entities.map(({ id }) => brokenRuns(engine, `stall/${id}`)));

  expect(entities.length).toBeGreaterThan(3);
  expect(failures).toEqual([]);
  expect(broken.flat()).toEqual([]);
});

test('the clock of a training installation brings all of them to their day', async () => {
  const taskQueue = `clock-${randomUUID()}`;
  // The clock's own workflow is in the product's bundle.
  const { bundlePath } = sharedServers();
  const worker = await engine.newLongWorker({ taskQueue, bundlePath });
  const moved = engine.client.workflow.execute(ADVANCE_CLOCK, {
    taskQueue: longWorkQueue(taskQueue),
    workflowId: `advance-clock/${randomUUID()}`,
    args: [{ to: '2024-03-02', userId: 'admin-operator', requestId: `req-${randomUUID()}` }],
  });
  await worker.runUntil(moved);

  expect(await openEntities(engine.database, kinds)).toEqual([]);
});

const handle = (id: string) => engine.client.workflow.getHandle(`stall/${id}`);

async function aStall(): Promise<string> {
  const id = randomUUID();
  const { clockOffset, client, taskQueue } = engine;
  const created = metadata();
  const state: Stall = {
    id,
    version: 0,
    zone: 'Asia/Makassar',
    clockOffset,
    rulesVersion: 1,
    milestonesPassedUntil: '2024-01-07',
    created,
    recentCommands: [],
    stand: null,
    wind: 0,
    told: [],
    isOver: false,
  };
  await askFor(engine, id, created);
  const workflowId = `stall/${id}`;
  await client.workflow.start('stall', { taskQueue, workflowId, args: [state] });
  await eventually(() => stored(id).catch(() => undefined));
  return id;
}

function metadata() {
  const recordedBy = { userId: 'proposer-mitra', officeId: '' };
  return { commandId: randomUUID(), recordedBy, businessDay: day, givenAt: 0, requestId: 'req' };
}

function takes(stand: number): StallCommand {
  return { ...metadata(), type: 'take', stand };
}

function take(id: string, stand: number): Promise<CommandResult> {
  return give(id, takes(stand));
}

async function give(id: string, command: StallCommand): Promise<CommandResult> {
  await askFor(engine, id, command);
  return tell(id, command);
}

function tell(id: string, command: StallCommand): Promise<CommandResult> {
  const { commandId: updateId } = command;
  const told = handle(id).executeUpdate(commandUpdate<StallCommand>('take'), {
    args: [command],
    updateId,
  });
  // What a test does not wait for ends with the connection, perhaps while another test runs.
  told.catch(() => undefined);
  return told;
}

async function stored(id: string): Promise<Stall> {
  const [row] = await engine.ask<{ state: Stall }>('select state from stall where id = $1', [id]);
  if (!row) throw new Error('it has no copy yet');
  return row.state;
}

async function until(id: string, on: Day) {
  const { clockOffset, zone } = await stored(id);
  await fastForward(engine.client, `stall/${id}`, openingOf(on, zone) - clockOffset);
}

async function plan(id: string, on: Day, ...stages: string[]) {
  for (const stage of stages) {
    await engine.ask('insert into visit values ($1, $2, $3)', [id, stage, on]);
  }
}

/** What PostgreSQL says lies ahead of a stall, in the order in which it passes. */
async function planned(id: string): Promise<string[]> {
  const rows = await engine.ask<{ key: string }>(
    'select key from planned_milestone where entity_id = $1 order by place',
    [id],
  );
  return rows.map(({ key }) => key);
}

/** The visits of which the inspection has a report. */
async function reported(id: string): Promise<string[]> {
  const rows = await engine.ask<{ key: string }>(
    'select key from report where stall = $1 order by key',
    [id],
  );
  return rows.map(({ key }) => key);
}

function setMarket(on: Day) {
  return engine.ask('update market set day = $1', [on]);
}

function restore() {
  const { client, database, taskQueue, ground } = engine;
  const { bundlePath } = ground;
  return restoreLifecycles({ client, database, taskQueue, bundlePath, release: 'test', kinds });
}
