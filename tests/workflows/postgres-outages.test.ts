import { rmSync } from 'node:fs';
import path from 'node:path';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fastForward } from '../../activities/clock/fast-forward.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { Cluster } from '../../local/postgres.ts';
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { replayWorkflows } from '../../worker/replay-check.ts';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { offices } from '../support/cast.ts';
import { askFor } from '../support/asked.ts';
import { engineOn } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { failuresOfActivities } from '../support/gates.ts';
import type { Failure } from '../support/gates.ts';
import { startCluster } from '../support/test-servers.ts';
import { aPostOffice } from '../support/post-office.ts';
import type { PostOffice } from '../support/post-office.ts';
import { aLifecycleFrom, audited, queued } from '../support/recorded.ts';
import { sharedServers } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';
import { swiftFolder } from '../support/swift-folder.ts';

const day = '2024-01-08';
const { mitraLegal, tondano } = offices;
const { EVENT_TYPE_WORKFLOW_TASK_FAILED } = proto.temporal.api.enums.v1.EventType;

const redating = (end: string, on = day) =>
  command('changeDates', on, by.proposer, {
    term: { start: '2024-02-01', end },
    reasonNoteId: 'why',
  });

const toSigned = () => [...theWayToSigning(day), ...bothSign(day)];

const kindsOf = async (engine: Engine, id: string) =>
  (await audited(engine, id)).map(({ events }) => events.map(({ kind }) => kind).join(' '));

/** As `engine.until`, without asking PostgreSQL. */
const runTo = ({ client, clockOffset }: Engine, id: string, to: Day) =>
  fastForward(client, lifecycleId(id), openingOf(to, 'Asia/Makassar') - clockOffset);

/** When a workflow that was begun from a copy has its plan, and waits. */
const planned = (engine: Engine, id: string) =>
  eventually(async () => {
    const { historyLength } = await engine.handle(id).describe();
    return historyLength > 4 ? true : undefined;
  });

/** How often an agreement's worker could not go on with it. */
async function stumbles(engine: Engine, id: string): Promise<number> {
  const { events } = await engine.handle(id).fetchHistory();
  return (events ?? []).filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_FAILED)
    .length;
}

describe('while PostgreSQL is away', () => {
  const folder = swiftFolder('postgres');
  const { failures, interceptors } = failuresOfActivities();
  let cluster: Cluster;
  let engine: Engine;
  let post: PostOffice;

  beforeAll(async () => {
    cluster = await startCluster(path.join(folder, 'postgres'));
    const superuserUrl = cluster.superuserUrl('postgres');
    engine = await engineOn({ ...sharedServers(), superuserUrl }, day, {
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
      { waitingFor: `${only.activity} to fail` },
    );

  test('for a moment, commands and days wait, and each is done once', async () => {
    const steps = Array.from({ length: 12 }, (_, index) => `langkah ${index}`);
    const approvals = steps.map((id) => ({ id, offices: [mitraLegal], after: [] }));
    const approving = (step = '') => command('approve', day, by.legal, { step });
    const [busy, signing, waiting] = [
      await aLifecycleFrom(engine, theWayToSigning(day).slice(0, 3), { approvals }),
      await aLifecycleFrom(engine, theWayToSigning(day)),
      await aLifecycleFrom(engine, toSigned()),
    ];
    const [signs] = bothSign(day) as [Command];
    await engine.until(waiting.id, '2024-02-02');

    // Some are recorded before it goes, some in the middle, some when it is away.
    const many = steps.slice(0, 10).map(approving);
    const [first] = many as [Command];
    const last = { ...approving(steps[10]), givenAt: first.givenAt + 1 };
    for (const each of [...many, last]) await askFor(engine, busy.id, each);
    await askFor(engine, signing.id, signs);
    const approved = Promise.all(many.map((each) => engine.tell(busy.id, each)));
    await cluster.stop();
    const late = engine.tell(busy.id, last);
    const signed = engine.tell(signing.id, signs);
    const reminded = runTo(engine, waiting.id, '2024-07-05');
    await Promise.all([
      failed(busy.id, { activity: 'recordAgreement', local: false }),
      failed(signing.id, { activity: 'reserveForAgreement', local: false }),
      failed(waiting.id, { activity: 'recordAgreement', local: true }),
    ]);
    await comeBack();

    expect((await approved).map(({ version }) => version).sort()).toEqual(
      [5, 6, 7, 8, 9, 10, 11, 12, 13, 14].sort(),
    );
    expect(await late).toEqual({ version: 15, refusal: null });
    expect(await signed).toEqual({ version: 6, refusal: null });
    expect(await reminded).toBe('reached');
    expect((await kindsOf(engine, busy.id)).slice(4)).toEqual(
      Array.from({ length: 11 }, () => 'approved'),
    );
    const { version, approvals: given } = await engine.stored(busy.id);
    expect(version).toBe(15);
    expect(given.filter(({ approval }) => approval === null)).toMatchObject([{ id: steps[11] }]);
    expect(
      await engine.ask('select command_id from signature_reservation where agreement_id = $1', [
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

  test('other dates of an MoU and of its PKS wait, and one of them is refused', async () => {
    const term = { start: '2024-02-01', end: '2024-12-31' };
    const mou = await aLifecycleFrom(engine, [], { kind: 'mou', form: 'nota-kesepahaman', term });
    const parent = { ...mou, exceptionNoteId: null };
    const below = { parent, term: { ...term, end: '2024-06-30' } };
    const pks = await aLifecycleFrom(engine, [], below);

    const [shorter, longer] = [redating('2024-06-30'), redating('2024-09-30')];
    await askFor(engine, mou.id, shorter);
    await askFor(engine, pks.id, longer);
    await Promise.all([planned(engine, mou.id), planned(engine, pks.id)]);

    await cluster.stop();
    const both = Promise.all([engine.tell(mou.id, shorter), engine.tell(pks.id, longer)]);
    await Promise.all(
      [mou, pks].map(({ id }) => failed(id, { activity: 'reserveForAgreement', local: false })),
    );
    await comeBack();

    const codes = (await both).map(({ refusal }) => refusal?.code ?? 'granted');
    const ends = await Promise.all(
      [mou, pks].map(async ({ id }) => (await engine.stored(id)).term.end),
    );
    expect([codes, ends]).toEqual(
      codes[0] === 'granted'
        ? [
            ['granted', 'TermOutsideParent'],
            ['2024-06-30', '2024-06-30'],
          ]
        : [
            ['ChildrenReachBeyond', 'granted'],
            ['2024-12-31', '2024-09-30'],
          ],
    );
  });

  test('for longer than a day takes locally, too, and its mail leaves once', async () => {
    const waiting = await aLifecycleFrom(engine, toSigned());
    await engine.until(waiting.id, '2024-02-02');

    const passing = command('passTurn', '2024-07-04', by.proposer, { to: tondano });
    await askFor(engine, waiting.id, passing);
    await cluster.stop();
    const reminded = runTo(engine, waiting.id, '2024-07-05');
    await failed(waiting.id, { activity: 'recordAgreement', local: true });
    const passed = engine.tell(waiting.id, passing);
    await failed(waiting.id, { activity: 'recordAgreement', local: false });
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
      milestonesPassedUntil: '2024-07-04',
    });
    expect(await stumbles(engine, waiting.id)).toBe(0);
    const { client, ground } = engine;
    const { bundlePath } = ground;
    const ref = { kind: agreementEntity, id: waiting.id };
    expect(await replayWorkflows({ client, bundlePath }, [ref])).toEqual([]);

    const reminders = await eventually(async () => {
      const mails = (await queued(engine, waiting.id)).filter(({ cause }) =>
        cause.startsWith('agreement/reminder/'),
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
