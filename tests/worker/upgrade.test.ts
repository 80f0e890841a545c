/** What a release that continues workflows, or does not, says beforehand and does with them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../config/log.ts';
import { releaseOf } from '../../config/release.ts';
import { builtProcess } from '../../local/built-process.ts';
import { ENTITIES } from '../../worker/entities.ts';
import { takeOver } from '../../worker/take-over.ts';
import type { TakeOver, TakeOverParts } from '../../worker/take-over.ts';
import { longWorkQueue } from '../../workflows/messages.ts';
import { REPLAN, replanId, rulesPublished } from '../../workflows/calendar/messages.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { eventually } from '../support/eventually.ts';
import { TEST_SECRET } from '../support/test-servers.ts';
import { aLifecycleFrom } from '../support/recorded.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';

const redates = () =>
  command('changeDates', day, by.proposer, {
    term: { start: '2024-02-01', end: '2024-11-30' },
    reasonNoteId: 'why',
    evidenceId: 'addendum',
  });

const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-upgrade-'));
const brokenBundle = path.join(folder, 'workflows.js');

let engine: Engine;
let env: Record<string, string>;
// One agreement that waits for its days, and two on their way; one has ended.
let waiting: string;
let drafted: string;
let draftedLater: string;

beforeAll(async () => {
  engine = await anEngine(day);
  const { ground, ownerUrl } = engine;
  const lifecycles = [[...theWayToSigning(day), ...bothSign(day)], [], [], []];
  const ids = [];
  for (const led of lifecycles) {
    const { id } = await aLifecycleFrom(engine, led);
    await engine.say(id, redates());
    ids.push(id);
  }
  [waiting, drafted, draftedLater] = ids as [string, string, string, string];
  await engine.say(ids[3]!, command('withdraw', day, by.branch, { reasonNoteId: 'why' }));
  await engine.rest();

  writeFileSync(brokenBundle, broken(readFileSync(ground.bundlePath, 'utf8')));
  env = {
    DATABASE_URL: ownerUrl,
    MAPALUS_SECRET: TEST_SECRET,
    TEMPORAL_ADDRESS: ground.temporalAddress,
    SMTP_URL: 'smtp://127.0.0.1:9',
    WORKFLOW_BUNDLE: ground.bundlePath,
  };
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * A release that plans what waits for its first day by another kind of activity than was used, and tells
 * of newer rules by an activity of another name.
 */
function broken(bundle: string): string {
  const changes = [
    [
      'locallyFirst(local[plan], planPatiently)',
      "locallyFirst((state) => (state.stage === 'signing' ? planPatiently : local[plan])(state), planPatiently)",
    ],
    ['const { tellOfNewRules } =', 'const { tellEverybody: tellOfNewRules } ='],
  ] as const;
  return changes.reduce((code, [text, other]) => {
    if (!code.includes(text)) throw new Error('the bundle is no longer what this test breaks');
    return code.replace(text, other);
  }, bundle);
}

/** Runs the check as `npm run upgrade-check` would, for this bundle. */
function upgradeCheck(
  bundle: string,
  more: Record<string, string> = {},
): Promise<{ exitCode: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [builtProcess('upgrade-check')],
      { env: { PATH: process.env['PATH'] ?? '', ...env, ...more, WORKFLOW_BUNDLE: bundle } },
      (_error, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, said: stdout + stderr }),
    );
  });
}

/** The taking over of a worker of the release with this bundle. */
function takingOver(bundlePath: string, more: Partial<TakeOverParts> = {}): TakeOver {
  const { client, database, taskQueue, workerUrl: databaseUrl } = engine;
  return takeOver({
    ...{ client, database, taskQueue, databaseUrl, bundlePath },
    kinds: ENTITIES,
    release: releaseOf(bundlePath),
    log: createLog('worker', 'silent'),
    ...more,
  });
}

async function releases(): Promise<Record<string, string | null>> {
  const rows = await engine.ask<{ id: string; release: string | null }>(
    "select id, release from agreement where stage <> 'ended'",
  );
  return Object.fromEntries(rows.map(({ id, release }) => [id, release]));
}

const startOf = async (id: string) => (await engine.handle(id).describe()).runId;

describe('the upgrade check', () => {
  test('says that a release continues all workflows', async () => {
    const { exitCode, said } = await upgradeCheck(engine.ground.bundlePath);

    expect(said).toBe('3 of 3 open workflows replay.\nThis release can be deployed.\n');
    expect(exitCode).toBe(0);
  });

  test('says how many a release will begin again, and names them', async () => {
    const { exitCode, said } = await upgradeCheck(brokenBundle);

    expect(said).toContain('2 of 3 open workflows replay.\n');
    expect(said).toContain('1 will be begun again from PostgreSQL by this release:\n');
    expect(said).toContain(`  ${waiting}: `);
    expect(said).not.toContain(drafted);
    expect(said).toContain('This release can be deployed.');
    expect(exitCode).toBe(0);
  });

  test('says when it cannot read them, and fails', async () => {
    const { exitCode, said } = await upgradeCheck(brokenBundle, { TEMPORAL_NAMESPACE: 'nowhere' });

    expect(said).toContain('0 of 3 open workflows replay.\n3 cannot be read:\n');
    expect(said).not.toContain('can be deployed');
    expect(exitCode).toBe(1);
  });
});

describe('taking over', () => {
  test('notes what replays, and does not replay it again', async () => {
    const { bundlePath } = engine.ground;
    const first = takingOver(bundlePath);
    await first.sample();
    await first.stop();
    const second = takingOver(bundlePath);
    await second.sample();
    await second.stop();

    expect(first.report()).toEqual({ replayed: 3, begunAgain: 0, failed: 0, left: 0 });
    expect(second.report()).toEqual({ replayed: 0, begunAgain: 0, failed: 0, left: 0 });
    expect(new Set(Object.values(await releases()))).toEqual(new Set([releaseOf(bundlePath)]));
  });

  test('begins again what does not replay, and nothing else', async () => {
    const runs = [await startOf(drafted), await startOf(draftedLater), await startOf(waiting)];
    const newer = takingOver(brokenBundle);
    await newer.sample();
    await newer.stop();

    expect(newer.report()).toEqual({ replayed: 2, begunAgain: 1, failed: 0, left: 0 });
    expect([await startOf(drafted), await startOf(draftedLater)]).toEqual(runs.slice(0, 2));
    expect(await startOf(waiting)).not.toEqual(runs[2]);
    expect(new Set(Object.values(await releases()))).toEqual(new Set([releaseOf(brokenBundle)]));
  });

  test('is done by one of two workers that start together', async () => {
    const { bundlePath } = engine.ground;
    const both = [takingOver(bundlePath), takingOver(bundlePath)];
    await Promise.all(both.map((each) => each.sample()));
    await Promise.all(both.map((each) => each.stop()));

    const looked = both.map((each) => each.report().replayed + each.report().begunAgain);
    expect(looked.sort()).toEqual([0, 3]);
  });

  test('goes on where a worker that died has left it', async () => {
    const died = takingOver(brokenBundle);
    const next = takingOver(brokenBundle);
    await died.sample();
    await engine.ask('update agreement set release = null where id = $1', [drafted]);
    // As it is between the end of the old workflow and the beginning of the new one.
    await engine.handle(waiting).terminate('by a worker that died');
    await engine.ask('update agreement set release = null where id = $1', [waiting]);
    next.start();
    await died.stop();
    await eventually(async () => {
      const known = Object.values(await releases());
      return known.includes(null) ? undefined : true;
    });
    await next.stop();

    expect(next.report()).toEqual({ replayed: 1, begunAgain: 1, failed: 0, left: 0 });
    expect((await engine.handle(waiting).describe()).status.name).toBe('RUNNING');
  });

  test('repeats the news that a worker may not have repeated before it died', async () => {
    let asked = 0;
    const untoldNews = () => Promise.resolve((asked += 1)).then(() => []);
    const next = takingOver(brokenBundle, {
      kinds: ENTITIES.map((kind) => ({ ...kind, untoldNews })),
    });
    next.start();
    await eventually(() => (asked === ENTITIES.length ? true : undefined));
    await next.stop();
  });

  test('leaves what the engine has lost to restoring', async () => {
    const kinds = ENTITIES.map((kind) => ({ ...kind, workflowIdPrefix: 'of-another-temporal/' }));
    const lost = takingOver(engine.ground.bundlePath, { kinds });
    await lost.sample();
    await lost.stop();

    expect(lost.report()).toEqual({ replayed: 0, begunAgain: 0, failed: 0, left: 0 });
    expect(new Set(Object.values(await releases()))).toEqual(new Set([releaseOf(brokenBundle)]));
  });

  test('sets long work back to its beginning that does not replay', async () => {
    const { client, ground, taskQueue } = engine;
    const workflowId = replanId(taskQueue);
    const connection = await NativeConnection.connect({ address: ground.temporalAddress });
    const idle = await Worker.create({
      connection,
      taskQueue: longWorkQueue(taskQueue),
      workflowBundle: { codePath: ground.bundlePath },
    });
    await idle.runUntil(async () => {
      const options = { taskQueue: longWorkQueue(taskQueue), workflowId, signal: rulesPublished };
      await client.workflow.signalWithStart(REPLAN, options);
      await eventually(async () => {
        const { raw } = await client.workflow.getHandle(workflowId).describe();
        return raw.pendingActivities?.length === 1 ? true : undefined;
      });
    });
    const before = await client.workflow.getHandle(workflowId).describe();

    for (const bundle of [ground.bundlePath, brokenBundle]) {
      const taking = takingOver(bundle);
      await taking.sample();
      await taking.stop();
    }
    const after = await client.workflow.getHandle(workflowId).describe();
    const working = await engine.newLongWorker();
    await working.runUntil(client.workflow.getHandle(workflowId).result());
    await connection.close();

    expect(after.runId).not.toBe(before.runId);
    // The publication was told to the new run as well.
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const told = (events ?? []).filter((each) => each.workflowExecutionSignaledEventAttributes);
    expect(told).toHaveLength(1);
  });
});
