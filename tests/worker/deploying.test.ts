/**
 * A release whose workflow code is incompatible is deployed over agreements that sleep and agreements
 * that people work on, and the release before it is put back. Real processes on servers of this test's
 * own; the clients repeat what was not answered, as theirs do.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import { releaseOf } from '../../config/release.ts';
import { addDays } from '../../domain/shared/day.ts';
import { freePort } from '../../local/port.ts';
import { connect } from '../../prisma/connect.ts';
import type { Database } from '../../prisma/connect.ts';
import { urlOf } from '../../prisma/roles.ts';
import { writeWorkflowBundle } from '../../worker/bundle.ts';
import { ENTITIES } from '../../worker/entities.ts';
import { openEntities, replayWorkflows } from '../../worker/replay-check.ts';
import type { TakeOverReport } from '../../worker/take-over.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/agreement/messages.ts';
import { ENTITIES_QUEUE } from '../../workflows/messages.ts';
import { anActiveAgreement } from '../support/agreements.ts';
import { aPksBody } from '../support/agreements-over-http.ts';
import type { Caller } from '../support/api.ts';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { anInstallation } from '../support/installation.ts';
import type { Installation, Started } from '../support/installation.ts';
import { writeNote } from '../support/stage.ts';
import { TEST_SECRET } from '../support/test-servers.ts';

const TODAY = '2024-01-08';
const SLEEPING = 200;
const BUSY = 20;
const ALL = SLEEPING + BUSY;

/** Two idle cores take a minute for so many. */
const PATIENCE = { within: 240_000, waitingFor: 'all to be taken over' };

/** How long (ms) people think before they repeat a command, and before they give the next one. */
const AGAIN = 1_000;
const THINKING = 4_000;

let installation: Installation;
let database: Database;
let connection: Connection;
let client: Client;
/** The bundles of two releases. */
let a: string;
let b: string;
const asleep: string[] = [];
let commands: CommandsUnderWay;

beforeAll(async () => {
  a = inject('bundlePath');
  b = path.join(path.dirname(a), 'release-b.js');
  await writeWorkflowBundle(b, path.join(import.meta.dirname, '../support/release-b.ts'));
  installation = await anInstallation(TODAY);
  database = connect(urlOf('mapalus_worker', installation.ownerUrl, TEST_SECRET));
  connection = await Connection.connect({ address: installation.env['TEMPORAL_ADDRESS'] ?? '' });
  client = new Client({ connection });
});
afterAll(async () => {
  await (commands as CommandsUnderWay | undefined)?.end();
  await database.close();
  await connection.close();
  await installation.remove();
});

/** A worker of this release, and what it says of itself; it may not be ready for long. */
type AWorker = {
  ready: Promise<Started>;
  health: () => Promise<{ status: number; detail: Detail }>;
};
type Detail = { release: string; waitingFor?: string[]; takingOver?: TakeOverReport };

async function aWorker(bundle: string): Promise<AWorker> {
  const port = await freePort();
  return {
    ready: installation.startWorker({ WORKFLOW_BUNDLE: bundle, WORKER_PORT: String(port) }),
    health: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      return { status: answer.status, detail: (await answer.json()).detail };
    },
  };
}

/** The detail of this worker's health when it has taken everything over. */
function takenOver({ health }: AWorker): Promise<TakeOverReport> {
  return eventually(async () => {
    await pause(200);
    const { takingOver } = (await health()).detail;
    return takingOver?.left === 0 ? takingOver : undefined;
  }, PATIENCE);
}

/**
 * Agreements in force that sleep until their first reminder: one is recorded and the others are its
 * copies, and each is begun as restoring begins them. The first of them was recorded first.
 */
async function sleepingAgreements(count: number): Promise<string[]> {
  const { clockOffset } = await database.installation();
  const term = { start: TODAY, end: '2024-12-31' };
  const state = { ...anActiveAgreement({ on: TODAY, term }), clockOffset };
  const { id: first, titleNoteId } = state;
  await writeNote(installation.ownerUrl, {
    id: titleNoteId,
    agreementId: first,
    text: 'PKS tidur',
  });
  const parts = { database, release: releaseOf(a), mailDomain: 'example.test' };
  await recordingOf(agreementEntity, parts).record({
    change: { state, events: [{ kind: 'created', renewalOf: null }], desksToNotify: [] },
    cause: { by: 'engine', key: `test/${first}`, day: TODAY },
  });
  const ids = [first, ...Array.from({ length: count - 1 }, () => randomUUID())];
  await installation.rows(
    `insert into agreement
     select (jsonb_populate_record(one, jsonb_build_object('id', other,
       'state', jsonb_set(one.state, '{id}', to_jsonb(other::text)),
       'recorded_at', one.recorded_at + at * interval '1 millisecond'))).*
     from agreement one, unnest($2::uuid[]) with ordinality as others (other, at) where one.id = $1`,
    [first, ids.slice(1)],
  );
  for (const id of ids) {
    await client.workflow.start(AGREEMENT_LIFECYCLE, {
      taskQueue: ENTITIES_QUEUE,
      workflowId: lifecycleId(id),
      args: [{ ...state, id }],
      typedSearchAttributes: searchAttributesOf(state),
    });
  }
  await fallenAsleep(ids);
  return ids;
}

/** Waits until these workflows have been carried to where they sleep. */
async function fallenAsleep(ids: string[]): Promise<void> {
  for (const id of ids) {
    await eventually(async () => {
      const { historyLength } = await client.workflow.getHandle(lifecycleId(id)).describe();
      return historyLength > 4 ? true : undefined;
    });
  }
}

/** How one command was answered: what its client heard meanwhile, and the version that it led to. */
type Answered = { agreement: string; key: string; heard: string[]; revision: number };

type CommandsUnderWay = {
  answered: Answered[];
  /** Gives one command and waits for its answer. */
  give: (agreement: string) => Promise<Answered>;
  end: () => Promise<void>;
};

/** People who give these agreements other dates, again and again, each command until it is answered. */
function keepChangingDates(legal: Caller, agreements: string[]): CommandsUnderWay {
  const answered: Answered[] = [];
  let ended = false;
  const all = Promise.all(
    agreements.map(async (each) => {
      while (!ended) {
        await give(each);
        await pause(THINKING);
      }
    }),
  );
  return {
    answered,
    give,
    end: async () => {
      ended = true;
      await all;
    },
  };

  async function give(agreement: string): Promise<Answered> {
    const key = randomUUID();
    const heard: string[] = [];
    const end = addDays('2024-06-01', answered.length % 180);
    const body = {
      office: offices.mitraLabour,
      term: { start: TODAY, end },
      reason: 'Anggaran berubah',
      evidence: { number: '1/2024', date: TODAY },
    };
    for (;;) {
      const reply = await legal
        .post(`/agreements/${agreement}/dates`, body, { 'Idempotency-Key': key })
        .catch(() => undefined);
      if (reply && reply.status !== 503) {
        expect(reply).toMatchObject({ status: 200 });
        const one = { agreement, key, heard, revision: reply.body.revision as number };
        answered.push(one);
        return one;
      }
      heard.push(`${reply?.status}, again after ${reply?.headers.get('Retry-After')}`);
      await pause(AGAIN);
    }
  }
}

async function versionsOf(agreement: string): Promise<number[]> {
  const rows = await installation.rows(
    `select (event ->> 'version')::int as version from audit_event where subject = $1 order by seq`,
    [`agreement/${agreement}`],
  );
  return rows.map(({ version }) => version);
}

async function releases(): Promise<Record<string, number>> {
  const rows = await installation.rows(
    'select release, count(*)::int as count from agreement group by release',
  );
  return Object.fromEntries(rows.map(({ release, count }) => [String(release), count]));
}

const startOf = async (agreement: string) =>
  (await client.workflow.getHandle(lifecycleId(agreement)).describe()).startTime;

describe('deploying a release whose workflow code is incompatible', () => {
  let ofA: Started[];
  let ofB: Started;

  test('begins with workers of one release, which work side by side', async () => {
    const api = installation.startApi();
    const both = [await aWorker(a), await aWorker(a)];
    ofA = await Promise.all(both.map(({ ready }) => ready));
    await api;
    const legal = await installation.as('legal-mitra');
    asleep.push(...(await sleepingAgreements(SLEEPING)));
    const proposer = await installation.as('proposer-mitra');
    const busy = Array.from({ length: BUSY }, async (_, n) => {
      const { status, body } = await proposer.post('/agreements', aPksBody({ title: `PKS ${n}` }));
      expect(status).toBe(201);
      return body.id as string;
    });
    commands = keepChangingDates(legal, await Promise.all(busy));
    await eventually(() => (commands.answered.length > BUSY ? true : undefined));

    expect(await releases()).toEqual({ [releaseOf(a)]: ALL });
  });

  test('waits for its workers to stop, and says for which', async () => {
    const newer = await aWorker(b);
    const waiting = await eventually(async () => {
      const health = await newer.health().catch(() => undefined);
      return health?.detail.waitingFor?.length === 2
        ? { status: health.status, ...health.detail }
        : undefined;
    });
    const before = commands.answered.length;
    await eventually(() => (commands.answered.length > before + BUSY ? true : undefined));
    const stillWaiting = (await newer.health()).detail.waitingFor;
    await Promise.all(ofA.map((worker) => worker.kill()));
    ofB = await newer.ready;

    expect(waiting).toMatchObject({ status: 503, release: releaseOf(b) });
    for (const { pid } of ofA) {
      const named = expect.stringContaining(`mapalus worker ${releaseOf(a)} ${pid}@`);
      expect(waiting.waitingFor).toContainEqual(named);
    }
    expect(stillWaiting).toEqual(waiting.waitingFor);

    const [oldest = '', second = ''] = asleep;
    await commands.give(oldest);
    const done = await takenOver(newer);
    await fallenAsleep(asleep);

    expect(done).toMatchObject({ failed: 0, left: 0 });
    expect(done.begunAgain).toBeGreaterThanOrEqual(SLEEPING);
    expect(done.begunAgain + done.replayed).toBeGreaterThanOrEqual(ALL);
    // What somebody waits for comes first, whenever it was recorded.
    expect((await startOf(oldest)).getTime()).toBeLessThan((await startOf(second)).getTime());
    expect(await releases()).toEqual({ [releaseOf(b)]: ALL });
  });

  test('has a way back', async () => {
    const before = commands.answered.length;
    const older = await aWorker(a);
    await eventually(async () => {
      const health = await older.health().catch(() => undefined);
      return health?.detail.waitingFor?.length === 1 ? true : undefined;
    });
    await ofB.stop();
    await older.ready;
    const done = await takenOver(older);
    await fallenAsleep(asleep);
    await eventually(() => (commands.answered.length > before + BUSY ? true : undefined));

    expect(done).toMatchObject({ failed: 0, left: 0 });
    expect(done.begunAgain).toBeGreaterThanOrEqual(SLEEPING);
    expect(done.begunAgain + done.replayed).toBeGreaterThanOrEqual(ALL);
    expect(await releases()).toEqual({ [releaseOf(a)]: ALL });
  });

  test('has lost no command and no version', async () => {
    await commands.end();
    const { answered } = commands;
    const heard = answered.flatMap((each) => each.heard);
    const given = await installation.rows(
      `select key, status, (select count(*)::int from audit_event where key = command_id::text) as told
       from idempotency where route = 'changeDates'`,
    );

    expect(given).toHaveLength(answered.length);
    expect(given.filter(({ status, told }) => status !== 200 || told !== 1)).toEqual([]);
    expect(new Set(heard)).toEqual(new Set(['503, again after 5']));
    for (const id of new Set(answered.map(({ agreement }) => agreement))) {
      const [first = 0, ...later] = await versionsOf(id);
      expect(later).toEqual(later.map((_, at) => first + 1 + at));
      const own = answered.filter(({ agreement }) => agreement === id);
      expect(later).toHaveLength(own.length);
    }
    const untouched = new Set(asleep.slice(1));
    const told = await installation.rows('select subject from audit_event');
    expect(told.filter(({ subject }) => untouched.has(subject.split('/')[1]))).toEqual([]);
  });

  test('leaves every agreement running on the release that is deployed', async () => {
    const open = await openEntities(database, ENTITIES);
    const running = await client.workflow.count(
      `WorkflowType = '${AGREEMENT_LIFECYCLE}' and ExecutionStatus = 'Running'`,
    );

    expect(open).toHaveLength(ALL);
    expect(running.count).toBe(ALL);
    expect(await replayWorkflows({ client, bundlePath: a }, open)).toEqual([]);
    // A draft whose run has just begun may have done nothing yet, and would replay with either.
    const sleeping = open.filter(({ id }) => asleep.includes(id)).slice(0, 3);
    expect(await replayWorkflows({ client, bundlePath: b }, sleeping)).toHaveLength(3);
  });
});
