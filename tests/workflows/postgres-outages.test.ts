import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fastForward } from '../../activities/fast-forward.ts';
import type { Command } from '../../domain/command.ts';
import { openingOf } from '../../domain/day.ts';
import type { Day } from '../../domain/day.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { Cluster } from '../../local/postgres.ts';
import { replayLives } from '../../worker/replay-check.ts';
import { lifecycleId } from '../../workflows/messages.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { engineOn } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { failuresOfActivities } from '../support/gates.ts';
import type { Failure } from '../support/gates.ts';
import { startCluster } from '../support/ground.ts';
import { aPostOffice } from '../support/post-office.ts';
import type { PostOffice } from '../support/post-office.ts';
import { aLifeFrom, audited, queued } from '../support/recorded.ts';
import { sharedGround } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';
const { tondano } = offices;
const patience = { timeout: 180_000 };
const { EVENT_TYPE_WORKFLOW_TASK_FAILED } = proto.temporal.api.enums.v1.EventType;

const redating = (end: string, on = day) =>
  command('changeDates', on, by.proposer, {
    term: { start: '2024-02-01', end },
    reasonNoteId: 'why',
    children: [],
  });

const toSigned = () => [...theWayToSigning(day), ...bothSign(day)];

const kindsOf = async (engine: Engine, id: string) =>
  (await audited(engine, id)).map(({ happened }) => happened.map(({ kind }) => kind).join(' '));

/** As `engine.until`, without asking PostgreSQL. */
const runTo = ({ client, clockOffset }: Engine, id: string, to: Day) =>
  fastForward(client, lifecycleId(id), openingOf(to, 'Asia/Makassar') - clockOffset);

/** How often a life's worker could not go on with it. */
async function stumbles(engine: Engine, id: string): Promise<number> {
  const { events } = await engine.handle(id).fetchHistory();
  return (events ?? []).filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_FAILED)
    .length;
}

describe('while PostgreSQL is away', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-postgres-'));
  const { failures, interceptors } = failuresOfActivities();
  let cluster: Cluster;
  let engine: Engine;
  let post: PostOffice;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    cluster = await startCluster(path.join(folder, 'postgres'));
    const superuserUrl = cluster.superuserUrl('postgres');
    engine = await engineOn({ ...sharedGround(), superuserUrl }, day, {
      parts: { activityInterceptors: interceptors },
    });
    await engine.setClock('2024-07-04');
    post = await aPostOffice(engine);
  });
  afterAll(async () => {
    await post.stop();
    await engine.stop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function comeBack(): Promise<void> {
    const { port } = new URL(cluster.superuserUrl('postgres'));
    cluster = await startPostgres(path.join(folder, 'postgres'), Number(port));
  }

  const failed = (id: string, only: Partial<Failure>) =>
    eventually(
      () =>
        failures.find(
          ({ workflowId, activity, local }) =>
            workflowId.endsWith(id) &&
            activity === (only.activity ?? activity) &&
            local === (only.local ?? local),
        ),
      { within: 30_000, waitingFor: `${only.activity} to fail` },
    );

  test('for a moment, commands and days wait, and each is done once', patience, async () => {
    const [busy, signing, waiting] = [
      await aLifeFrom(engine, []),
      await aLifeFrom(engine, theWayToSigning(day)),
      await aLifeFrom(engine, toSigned()),
    ];
    const [signs] = bothSign(day) as [Command];
    await engine.until(waiting.id, '2024-02-02');

    // Some are recorded before it goes, some in the middle, some when it is away.
    const ends = Array.from({ length: 10 }, (_, index) => `2024-11-${String(index + 10)}`);
    const redated = Promise.all(ends.map((end) => engine.say(busy.id, redating(end))));
    await cluster.stop();
    const late = engine.say(busy.id, redating('2024-10-31'));
    const signed = engine.say(signing.id, signs);
    const reminded = runTo(engine, waiting.id, '2024-07-05');
    await Promise.all([
      failed(busy.id, { activity: 'record', local: false }),
      failed(signing.id, { activity: 'claim', local: false }),
      failed(waiting.id, { activity: 'record', local: true }),
    ]);
    await comeBack();

    expect((await redated).map(({ version }) => version).sort()).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].sort(),
    );
    expect(await late).toEqual({ version: 12, refusal: null });
    expect(await signed).toEqual({ version: 6, refusal: null });
    expect(await reminded).toBe('reached');
    expect(await kindsOf(engine, busy.id)).toEqual([
      'created',
      ...Array.from({ length: 11 }, () => 'dates-changed'),
    ]);
    expect(await engine.stored(busy.id)).toMatchObject({
      version: 12,
      term: { end: '2024-10-31' },
    });
    expect(
      await engine.ask('select command_id from signature_claim where agreement_id = $1', [
        signing.id,
      ]),
    ).toEqual([{ command_id: signs.commandId }]);
    expect((await kindsOf(engine, signing.id)).slice(5)).toEqual(['signed']);
    expect((await kindsOf(engine, waiting.id)).slice(7)).toEqual([
      'started stage-reached',
      'reminded',
    ]);
    expect(await stumbles(engine, busy.id)).toBe(0);
    expect(await stumbles(engine, waiting.id)).toBe(0);
  });

  test('for longer than a day takes locally, too, and its mail leaves once', patience, async () => {
    const waiting = await aLifeFrom(engine, toSigned());
    await engine.until(waiting.id, '2024-02-02');

    await cluster.stop();
    const reminded = runTo(engine, waiting.id, '2024-07-05');
    await failed(waiting.id, { activity: 'record', local: true });
    const passed = engine.say(
      waiting.id,
      command('passTurn', '2024-07-04', by.proposer, { to: tondano }),
    );
    await failed(waiting.id, { activity: 'record', local: false });
    await comeBack();

    expect(await reminded).toBe('reached');
    expect(await passed).toEqual({ version: 10, refusal: null });
    expect((await kindsOf(engine, waiting.id)).slice(7)).toEqual([
      'started stage-reached',
      'reminded',
      'turn-passed',
    ]);
    expect(await engine.stored(waiting.id)).toMatchObject({
      version: 10,
      settledThrough: '2024-07-04',
    });
    expect(await stumbles(engine, waiting.id)).toBe(0);
    const { client, ground } = engine;
    const { bundlePath } = ground;
    expect(await replayLives({ client, bundlePath }, [waiting.id])).toEqual([]);

    const reminders = await eventually(async () => {
      const mails = (await queued(engine, waiting.id)).filter(({ cause }) =>
        cause.startsWith('reminder/'),
      );
      return mails.every(({ state }) => state === 'sent') ? mails : undefined;
    });
    expect(reminders.map(({ to }) => to)).toEqual([
      'head-tondano@example.test',
      'legal-mitra@example.test',
      'officer-tondano@example.test',
      'proposer-mitra@example.test',
    ]);
    for (const { messageId } of reminders) {
      expect(post.received.filter(({ source }) => source.includes(messageId))).toHaveLength(1);
    }
  });
});
