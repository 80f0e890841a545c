import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayAt } from '../../../domain/shared/day.ts';
import type { Day } from '../../../domain/shared/day.ts';
import type { AgreementEvent } from '../../../domain/agreement/transition.ts';
import { propose } from '../../../domain/agreement/proposal.ts';
import type { Database } from '../../../prisma/connect.ts';
import { toDay } from '../../../prisma/day-column.ts';
import { ADVANCE_CLOCK } from '../../../workflows/clock/messages.ts';
import { longWorkQueue } from '../../../workflows/messages.ts';
import { aProposal, bothSign, theWayToSigning } from '../../support/agreements.ts';
import { aPostOffice } from '../../support/post-office.ts';
import { anEngine } from '../../support/stage.ts';

const ZONE = 'Asia/Makassar';

describe('the clock of a training installation', () => {
  let story: TrainingStory;
  beforeAll(async () => {
    story = await aTrainingStory('2024-01-08');
  });
  afterAll(() => story.stop());

  test('walks from due day to due day of all agreements, in order', async () => {
    const march = await story.inForceUntil('2024-03-15');
    const april = await story.inForceUntil('2024-04-02');

    await story.advanceTo('2024-04-05');

    expect(await story.days({ march, april })).toEqual([
      '2024-01-15 reminded march', // 60 days before
      '2024-02-02 reminded april',
      '2024-02-14 reminded march',
      '2024-03-01 reminded march',
      '2024-03-03 reminded april',
      '2024-03-08 reminded march',
      '2024-03-15 reminded march',
      '2024-03-16 expired march',
      '2024-03-19 reminded april',
      '2024-03-26 reminded april',
      '2024-04-02 reminded april',
      '2024-04-03 expired april',
    ]);
  });

  test('sends each mail on the business day of its cause', async () => {
    const agreement = await story.inForceUntil('2024-05-06');

    await story.advanceTo('2024-05-08');

    expect(await story.mailsToOfficer(agreement)).toEqual([
      '2024-04-06 reminder, left 2024-04-06, received 1', // 30 days before
      '2024-04-22 reminder, left 2024-04-22, received 1',
      '2024-04-29 reminder, left 2024-04-29, received 1',
      '2024-05-06 reminder, left 2024-05-06, received 1',
      '2024-05-07 expired, left 2024-05-07, received 1',
    ]);
  });

  test('carries a draft along, which then meets its own days and no others', async () => {
    const draft = await story.proposed('2024-07-10');
    await story.advanceTo('2024-05-20');
    await story.signed(draft);

    await story.advanceTo('2024-07-12');

    expect(await story.days({ draft })).toEqual([
      '2024-06-10 reminded draft', // 30 days before; the earlier ones lay behind the signatures
      '2024-06-26 reminded draft',
      '2024-07-03 reminded draft',
      '2024-07-10 reminded draft',
      '2024-07-11 expired draft',
    ]);
  });

  test('goes on after an interruption as if there had been none', async () => {
    const agreement = await story.inForceUntil('2024-07-26');

    await story.advanceTo('2024-07-28', { database: story.cutAfterSettingTheClock(2) });

    expect(await story.mailsToOfficer(agreement)).toEqual([
      '2024-07-12 reminder, left 2024-07-12, received 1', // 14 days before, on the day of signing
      '2024-07-19 reminder, left 2024-07-19, received 1',
      '2024-07-26 reminder, left 2024-07-26, received 1',
      '2024-07-27 expired, left 2024-07-27, received 1',
    ]);
  });
});

describe('the clock of a real installation', () => {
  let story: TrainingStory;
  beforeAll(async () => {
    story = await aTrainingStory('2024-01-08');
    await story.makeReal();
  });
  afterAll(() => story.stop());

  test('refuses to be moved, once and for good', async () => {
    const moving = story.advanceTo('2024-02-01');

    await expect(moving).rejects.toThrow(WorkflowFailedError);
  });
});

type TrainingStory = Awaited<ReturnType<typeof aTrainingStory>>;

/** A training installation on the engine: its agreements, its clock and its mail. */
async function aTrainingStory(begin: Day) {
  const engine = await anEngine(begin);
  await engine.setClock(begin);
  const postOffice = await aPostOffice(engine);
  const { database, client } = engine;
  return {
    proposed,
    signed,
    async inForceUntil(end: Day): Promise<string> {
      const id = await proposed(end);
      await signed(id);
      return id;
    },

    /** Moves the clock, by a worker of its own. */
    async advanceTo(to: Day, by: { database?: Database } = {}): Promise<void> {
      const taskQueue = `clock-${randomUUID()}`;
      const worker = await engine.newLongWorker({ taskQueue, ...by });
      const move = { to, userId: 'admin-operator', requestId: `req-${randomUUID()}` };
      const moved = client.workflow.execute(ADVANCE_CLOCK, {
        taskQueue: longWorkQueue(taskQueue),
        workflowId: `advance-clock/${randomUUID()}`,
        args: [move],
      });
      await worker.runUntil(moved);
    },

    /** A connection that is cut right after the clock was set, so many times. */
    cutAfterSettingTheClock(times: number): Database {
      let cuts = 0;
      return {
        ...database,
        async withActor(actor, work) {
          const before = await database.installation();
          const result = await database.withActor(actor, work);
          const after = await database.installation();
          if (before.clockOffset !== after.clockOffset && (cuts += 1) <= times) {
            throw new Error('the connection was cut');
          }
          return result;
        },
      };
    },

    /** The days on which time did something to these agreements, in the order of recording. */
    async days(named: Record<string, string>): Promise<string[]> {
      const names = new Map(Object.entries(named).map(([name, id]) => [id, name]));
      const events = await database.withActor({ kind: 'engine' }, (tx) =>
        tx.auditEvent.findMany({
          where: { agreementId: { in: [...names.keys()] } },
          orderBy: { id: 'asc' },
        }),
      );
      return events.flatMap(({ event, agreementId }) => {
        const { events, businessDay } = event as { events: AgreementEvent[]; businessDay: Day };
        return events
          .filter(({ kind }) => kind === 'reminded' || kind === 'expired')
          .map(({ kind }) => `${businessDay} ${kind} ${names.get(agreementId ?? '')}`);
      });
    },

    /** What the branch officer was sent: the day of its cause, and the day on which it left. */
    async mailsToOfficer(agreementId: string): Promise<string[]> {
      const mails = await database.withActor({ kind: 'engine' }, (tx) =>
        tx.outbox.findMany({
          // Without calls to act: one is not sent when the text has gone on before it leaves.
          where: { agreementId, userId: 'officer-tondano', template: { not: 'your-turn' } },
          orderBy: { notBefore: 'asc' },
        }),
      );
      return mails.map(({ template, businessDay, sentBusinessAt, messageId }) => {
        const left = sentBusinessAt ? dayAt(sentBusinessAt.getTime(), ZONE) : 'never';
        const times = postOffice.received.filter(({ source }) => source.includes(messageId)).length;
        return `${toDay(businessDay)} ${template}, left ${left}, received ${times}`;
      });
    },

    async makeReal(): Promise<void> {
      const owner = new pg.Client({ connectionString: engine.ownerUrl });
      await owner.connect();
      await owner.query('alter table installation disable trigger clock_runs_forward');
      await owner.query("update installation set kind = 'real', clock_offset = 0");
      await owner.end();
    },

    async stop(): Promise<void> {
      await postOffice.stop();
      await engine.stop();
    },
  };

  async function proposed(end: Day): Promise<string> {
    const { clockOffset } = await database.installation();
    const start = dayAt(Date.now() + clockOffset, ZONE);
    const agreement = propose(aProposal({ on: start, term: { start, end } }));
    await engine.start(agreement, clockOffset);
    return agreement.id;
  }

  async function signed(id: string): Promise<void> {
    const { clockOffset } = await database.installation();
    const givenAt = Date.now() + clockOffset;
    const today = dayAt(givenAt, ZONE);
    for (const each of [...theWayToSigning(today), ...bothSign(today)]) {
      await engine.say(id, { ...each, givenAt });
    }
  }
}
