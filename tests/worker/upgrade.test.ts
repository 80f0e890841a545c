import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RELEASE } from '../../config/release.ts';
import { builtProcess } from '../../local/built-process.ts';
import { ENTITIES } from '../../worker/entities.ts';
import { openEntities, replayWorkflows, sampleEntities } from '../../worker/replay-check.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { TEST_SECRET } from '../support/test-servers.ts';
import { startBuilt } from '../support/installation.ts';
import { aLifecycleFrom } from '../support/recorded.ts';
import { restore } from '../support/restored.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

// Whole processes start here.
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

/** A release that plans by another kind of activity than the lifecycles under way did. */
function broken(bundle: string): string {
  const changed = bundle.replace(
    'locallyFirst(local[plan], planPatiently)',
    'locallyFirst(planPatiently, planPatiently)',
  );
  if (changed === bundle) throw new Error('the bundle is no longer what this test breaks');
  return changed;
}

/** Runs the check as `npm run upgrade-check` would, for this bundle. */
function upgradeCheck(bundle: string): Promise<{ exitCode: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [builtProcess('upgrade-check')],
      { env: { PATH: process.env['PATH'] ?? '', ...env, WORKFLOW_BUNDLE: bundle } },
      (_error, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, said: stdout + stderr }),
    );
  });
}

describe('a release that continues all lifecycles', () => {
  test('passes the upgrade check', async () => {
    const { exitCode, said } = await upgradeCheck(engine.ground.bundlePath);

    expect(said).toContain('All 3 open workflows replay.');
    expect(exitCode).toBe(0);
  });
});

describe('a release that breaks a lifecycle under way', () => {
  test('is refused by the upgrade check, which names that lifecycle', async () => {
    const { exitCode, said } = await upgradeCheck(brokenBundle);

    expect(said).toContain('1 of 3 open workflows do not replay. Do not deploy this release.');
    expect(said).toContain(`${waiting}: `);
    expect(said).not.toContain(drafted);
    expect(exitCode).toBe(1);
  });

  test('does not begin to work', async () => {
    const starting = startBuilt('worker', { ...env, WORKFLOW_BUNDLE: brokenBundle });

    await expect(starting).rejects.toThrow(/1 running workflows do not replay with this release/);
    await expect(starting).rejects.toThrow(waiting);
  });
});

describe('a workflow that the running release itself cannot continue', () => {
  test('is named by the worker, which starts', async () => {
    await engine.ask('update agreement set release = $1 where id = $2', [RELEASE, waiting]);

    const worker = await startBuilt('worker', { ...env, WORKFLOW_BUNDLE: brokenBundle });
    await worker.stop();
    await engine.ask("update agreement set release = 'test'");

    const named = worker.lines.find((line) => line.includes('cannot go on')) ?? '';
    expect(JSON.parse(named)).toMatchObject({ level: 50, id: waiting });
  });

  test('is begun again from PostgreSQL by restoring, and no other is touched', async () => {
    const ground = { ...engine.ground, bundlePath: brokenBundle };

    const first = await restore({ ...engine, ground });
    const second = await restore({ ...engine, ground });

    expect(first).toEqual({ looked: 3, sick: [waiting] });
    expect(second).toEqual({ looked: 3 });
  });
});

test('a worker that starts tries the newest lifecycle of each stage', async () => {
  const { database, client, ground } = engine;
  const parts = { client, bundlePath: ground.bundlePath };

  const sample = await sampleEntities(database, ENTITIES);
  const open = await openEntities(database, ENTITIES);

  const idsOf = (entities: { id: string }[]) => entities.map(({ id }) => id).sort();
  expect(idsOf(sample)).toEqual([waiting, draftedLater].sort());
  expect(idsOf(open)).toEqual([waiting, drafted, draftedLater].sort());
  expect(await replayWorkflows(parts, sample)).toEqual([]);
});
