/** Mails that waited for their hour or for the server: what they say, and who gets them, is true when they leave. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { decide } from '../../domain/agreement/decide.ts';
import { passMilestones } from '../../domain/milestones.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { milestone } from '../../domain/shared/plan.ts';
import { freePort } from '../../local/port.ts';
import type { Relay } from '../../mail/relay.ts';
import type { Cause } from '../../workflows/messages.ts';
import { anActiveAgreement, anAgreementAt, by, command } from '../support/agreements.ts';
import { askFor } from '../support/asked.ts';
import { offices } from '../support/cast.ts';
import { writeNote } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { aMailServer, aRelay } from '../support/post-office.ts';
import type { MailServer, MailServerOptions } from '../support/post-office.ts';
import { aDatabase } from '../support/stage.ts';

type Mail = {
  template: string;
  day: string;
  to: string | null;
  state: string;
  because: string | null;
  subject: string | null;
};

const EVERYBODY = [
  'head-tondano@example.test',
  'legal-mitra@example.test',
  'officer-tondano@example.test',
  'proposer-mitra@example.test',
];

let database: Awaited<ReturnType<typeof aDatabase>>;
let port: number;
let server: MailServer | undefined;
let relay: Relay | undefined;

beforeEach(async () => {
  [database, port] = await Promise.all([aDatabase(), freePort()]);
});
afterEach(async () => {
  await relay?.stop();
  await server?.close();
  server = relay = undefined;
  await database.close();
});

describe('a reminder that waited', () => {
  test('counts its days on the day on which it leaves', async () => {
    const active = await inForce();
    await remind(active, '2024-12-17');

    const { received } = await openOn('2024-12-20');
    const mails = await settled();

    expect(received.map(({ to }) => to).sort()).toEqual(EVERYBODY);
    expect(new Set(mails.map(({ subject }) => subject))).toEqual(
      new Set(['11 hari lagi: “PKS contoh” berakhir 31 Desember 2024']),
    );
  });

  test('leaves alone where an outage has kept several', async () => {
    let state = await inForce();
    state = await remind(state, '2024-12-01');
    state = await remind(state, '2024-12-17');
    await remind(state, '2024-12-24');

    const { received } = await openOn('2024-12-27');
    const mails = await settled();

    expect(received.map(({ to }) => to).sort()).toEqual(EVERYBODY);
    expect(mails.filter(({ state }) => state === 'not-sent')).toMatchObject([
      { day: '2024-12-01', because: 'superseded' },
      { day: '2024-12-17', because: 'superseded' },
    ]);
    expect(mails.find(({ state }) => state === 'sent')?.subject).toMatch(/^4 hari lagi/);
  });

  test('is not sent when the renewal is signed meanwhile', async () => {
    const active = await inForce();
    await remind(active, '2024-12-17');
    await inForce({ renewalOf: active.id, term: { start: '2025-01-01', end: '2025-12-31' } });

    const { received } = await openOn('2024-12-17');
    const mails = await settled();

    expect(received).toEqual([]);
    expect(mails).toMatchObject([{ state: 'not-sent', because: 'renewed', to: null }]);
  });

  test('asks to finish a renewal that was begun meanwhile', async () => {
    const active = await inForce();
    await remind(active, '2024-12-17');
    await store({
      ...anAgreementAt('review', { renewalOf: active.id, on: '2024-12-17' }),
      term: { start: '2025-01-01', end: '2025-12-31' },
    });

    await openOn('2024-12-17');
    const [mail] = await settled();

    expect(mail?.subject).toContain('perpanjangan belum selesai');
  });

  test('is not sent on the days after the last', async () => {
    await remind(await inForce(), '2024-12-31');

    const { received } = await openOn('2025-01-02');
    const mails = await settled();

    expect(received).toEqual([]);
    expect(mails).toMatchObject([{ state: 'not-sent', because: 'ended' }]);
  });

  test('is not sent when it was terminated meanwhile', async () => {
    const active = await remind(await inForce(), '2024-12-17');
    await give(
      active,
      command('terminate', '2024-12-17', by.proposer, {
        reason: 'change-of-law',
        lastDay: '2024-12-17',
        evidenceId: randomUUID(),
      }),
    );

    await openOn('2024-12-17');
    const mails = await settled();

    expect(mails.filter(({ template }) => template === 'reminder')).toMatchObject([
      { state: 'not-sent', because: 'ended' },
    ]);
  });
});

describe('a call to act that waited', () => {
  test('is not sent when the text has gone on, and the next desk is called', async () => {
    const review = await store(anAgreementAt('drafting'));
    const handedIn = await give(review, command('submit', '2024-01-20', by.proposer));
    await give(handedIn, command('submit', '2024-01-20', by.branch));

    const { received } = await openOn('2024-01-20');
    const mails = await settled();

    expect(received.map(({ to }) => to).sort()).toEqual([
      'approver-mitra@example.test',
      'legal-mitra@example.test',
    ]);
    expect(mails.filter(({ state }) => state === 'not-sent')).toMatchObject([
      { template: 'your-turn', because: 'turn-over' },
    ]);
  });
});

describe('who reads a mail', () => {
  test('is settled when it leaves', async () => {
    await remind(await inForce(), '2024-12-17');
    await endRole('officer-tondano');
    await giveRole('stranger', 'branch-officer', offices.tondano);

    const { received } = await openOn('2024-12-17');
    await settled();

    expect(received.map(({ to }) => to).sort()).toEqual([
      'head-tondano@example.test',
      'legal-mitra@example.test',
      'proposer-mitra@example.test',
      'stranger@example.test',
    ]);
  });

  test('is settled again at each attempt, by the addresses of then', async () => {
    await remind(await inForce(), '2024-12-17');
    await setClock('2024-12-17');
    start();
    await until((mails) => mails.length === 4 && mails.every(({ state }) => state === 'queued'));
    await endRole('officer-tondano');
    await giveRole('stranger', 'branch-officer', offices.tondano);
    await database.ask(
      `update auth."user" set email = 'legal-benar@example.test' where id = 'legal-mitra'`,
    );

    server = await aMailServer(port);
    const mails = await settled();

    expect(server.received.map(({ to }) => to).sort()).toEqual([
      'head-tondano@example.test',
      'legal-benar@example.test',
      'proposer-mitra@example.test',
      'stranger@example.test',
    ]);
    expect(mails.filter(({ state }) => state === 'not-sent')).toMatchObject([
      { to: 'officer-tondano@example.test', because: 'reader-gone' },
    ]);
  });

  test('gets it once, however often another’s copy is tried', async () => {
    let tries = 0;
    await remind(await inForce(), '2024-12-17');

    const { received } = await openOn('2024-12-17', {
      onRcptTo: ({ address }, _session, answer) =>
        answer(
          address.startsWith('head') && ++tries < 2
            ? Object.assign(new Error('busy'), { responseCode: 451 })
            : null,
        ),
    });
    await settled();

    expect(tries).toBe(2);
    expect(received.map(({ to }) => to).sort()).toEqual(EVERYBODY);
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(4);
  });

  test('is nobody where nobody has the role, and the outbox says so', async () => {
    await remind(await inForce(), '2024-12-17');
    await database.ask(`update membership set until_day = '2024-12-01'`);

    await openOn('2024-12-17');
    const mails = await settled();

    expect(mails).toMatchObject([{ state: 'not-sent', because: 'no-reader' }]);
  });
});

/** Nine in the morning of this day. */
async function setClock(day: Day): Promise<void> {
  const offset = openingOf(day, 'Asia/Makassar', 9) - Date.now();
  await database.ask('alter table installation disable trigger clock_runs_forward');
  await database.ask('update installation set clock_offset = $1', [offset]);
}

function start(): void {
  relay = aRelay(database.asWorker, database.ownerUrl, port);
}

/** Opens the mail server on the morning of this day. */
async function openOn(day: Day, options?: MailServerOptions): Promise<MailServer> {
  await setClock(day);
  server = await aMailServer(port, options);
  start();
  return server;
}

function inForce(only?: Parameters<typeof anActiveAgreement>[0]): Promise<AgreementState> {
  return store(anActiveAgreement(only));
}

/** Stores an agreement as it stands. */
async function store(state: AgreementState): Promise<AgreementState> {
  const { id, titleNoteId, created } = state;
  await writeNote(database.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
  await record(
    { state, events: [], desksToNotify: [] },
    { by: 'restoring', key: `test/${id}`, day: created.businessDay },
  );
  return state;
}

async function remind(agreement: AgreementState, day: Day): Promise<AgreementState> {
  const due = [milestone('agreement', { kind: 'reminder', dueDay: day })];
  const change = passMilestones(agreement, due, day);
  await record(change, { by: 'time', due, day });
  return change.state;
}

async function give(
  agreement: AgreementState,
  given: Parameters<typeof decide>[1],
): Promise<AgreementState> {
  const change = decide(agreement, given);
  await askFor(database, agreement.id, given);
  await record(change, { by: 'person', given });
  return change.state;
}

async function record(change: ReturnType<typeof decide>, cause: Cause): Promise<void> {
  const { record: recordOne } = recordingOf(agreementEntity, {
    database: database.asWorker,
    release: 'test',
    mailDomain: 'example.test',
  });
  const { moot, refusal } = await recordOne({ change, cause });
  expect({ moot, refusal }).toEqual({ moot: null, refusal: null });
}

async function endRole(person: string): Promise<void> {
  await database.ask(`update membership set until_day = '2024-01-01' where user_id = $1`, [person]);
}

async function giveRole(person: string, role: string, office: string): Promise<void> {
  await database.ask(
    `insert into membership (id, user_id, office_id, role, from_day)
     values (gen_random_uuid(), $1, $2, $3, '2024-01-01')`,
    [person, office, role],
  );
}

function until(isSo: (mails: Mail[]) => boolean): Promise<Mail[]> {
  return eventually(
    async () => {
      const mails = await database.ask<Mail>(
        `select template, business_day::text as day, to_address as to, state, subject,
           not_sent_because as because
         from outbox order by business_day, created_at, to_address`,
      );
      return isSo(mails) ? mails : undefined;
    },
    { waitingFor: 'the mails', within: 20_000 },
  );
}

/** The mails, when none of them waits any more. */
function settled(): Promise<Mail[]> {
  return until((mails) => mails.every(({ state }) => state === 'sent' || state === 'not-sent'));
}
