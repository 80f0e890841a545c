import { randomUUID } from 'node:crypto';
import type { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { freePort } from '../../local/port.ts';
import type { Relay } from '../../mail/relay.ts';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { aLock } from '../support/locks.ts';
import type { Lock } from '../support/locks.ts';
import { aKillableRelay } from '../support/killable-processes.ts';
import type { KillableProcess } from '../support/killable-processes.ts';
import { aMailServer, aRelay } from '../support/post-office.ts';
import type { MailServer, MailServerOptions } from '../support/post-office.ts';
import { aDatabase } from '../support/stage.ts';

type Outcome = {
  to: string;
  state: string;
  attempts: number;
  doubled: boolean;
  error: string | null;
  sentOn: string | null;
};

let database: Awaited<ReturnType<typeof aDatabase>>;
let port: number;
let server: MailServer | undefined;
const relays: Relay[] = [];

beforeEach(async () => {
  [database, port] = await Promise.all([aDatabase(), freePort()]);
  await setClock('2024-07-04');
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.stop();
  await server?.close();
  server = undefined;
  await database.close();
});

const openServer = async (options?: MailServerOptions) =>
  (server = await aMailServer(port, options));

const startRelay = () => relays.push(aRelay(database.asWorker, database.ownerUrl, port));

/** Nine in the morning of this day; never back. */
async function setClock(day: Day): Promise<void> {
  const offset = openingOf(day, 'Asia/Makassar', 9) - Date.now();
  await database.ask('alter table installation disable trigger clock_runs_forward');
  await database.ask('update installation set clock_offset = $1', [offset]);
}

/** Puts a mail into the outbox to an office with this mailbox; it may leave at seven of this day. */
async function queue(to: string, day: Day = '2024-07-04'): Promise<string> {
  const id = randomUUID();
  const messageId = `<${id}@example.test>`;
  const [office] = await database.ask<{ id: string }>(
    `insert into office (id, kind, name, parent_id, region_code, institution_id, mailbox)
     values (gen_random_uuid(), 'opd', $1, $2, '71.07', $2, $1) returning id`,
    [to, offices.mitra],
  );
  await database.ask(
    `insert into outbox (id, cause_key, template, content, offices, message_id, not_before, request_id,
       business_day)
     values ($1, $2, 'audit-anchor', '{"seq": 1, "hash": "ab"}', array[$3::uuid], $4, $5, 'r', $6)`,
    [
      id,
      `audit-anchor/${id}`,
      office?.id,
      messageId,
      new Date(openingOf(day, 'Asia/Makassar', 7)),
      day,
    ],
  );
  await database.ask(`select announce('outbox', $1::uuid)`, [id]);
  return messageId;
}

function outcomes(): Promise<Outcome[]> {
  return database.ask<Outcome>(
    `select (select mailbox from office where id = offices[1]) as to, state, attempts, possibly_doubled as doubled, last_error as error,
       (sent_business_at at time zone 'Asia/Makassar')::date::text as "sentOn"
     from outbox order by 1`,
  );
}

/** Waits until the mails stand like this. */
function until(isSo: (mails: Outcome[]) => boolean): Promise<Outcome[]> {
  return eventually(
    async () => {
      const mails = await outcomes();
      return isSo(mails) ? mails : undefined;
    },
    { waitingFor: 'the mails' },
  );
}

const allSent = (mails: Outcome[]) => mails.every(({ state }) => state === 'sent');

describe('the relay', () => {
  test('keeps what is due while the server is away for a day, and sends each once', async () => {
    await queue('a@example.test');
    await queue('b@example.test', '2024-07-05');
    await queue('c@example.test', '2024-07-06');
    startRelay();
    await until(([first]) => (first?.attempts ?? 0) > 0 && first?.state === 'queued');
    await setClock('2024-07-05');
    await until(([, second]) => (second?.attempts ?? 0) > 0);

    const { received } = await openServer();
    const mails = await until((all) => allSent(all.slice(0, 2)));

    expect(received.map(({ to }) => to).sort()).toEqual(['a@example.test', 'b@example.test']);
    expect(mails).toMatchObject([
      { state: 'sent', doubled: false, sentOn: '2024-07-05' },
      { state: 'sent', doubled: false, sentOn: '2024-07-05' },
      { state: 'queued', attempts: 0 },
    ]);
  });

  test('gives up what the server refuses for good, and only that', async () => {
    let busy = true;
    const { received } = await openServer({
      onRcptTo({ address }, _session, answer) {
        const refused = address.startsWith('gone') ? 550 : address.startsWith('busy') ? 451 : 0;
        if (refused === 0 || (refused === 451 && !busy)) return answer();
        if (refused === 451) busy = false;
        return answer(Object.assign(new Error('no'), { responseCode: refused }));
      },
    });
    await queue('busy@example.test');
    await queue('gone@example.test');
    await queue('here@example.test');

    startRelay();
    await until(
      ([first, second, third]) =>
        [first, third].every((mail) => mail?.state === 'sent') && second?.state === 'failed',
    );
    await queue('later@example.test');
    const mails = await until((all) => all.at(-1)?.state === 'sent');

    expect(mails).toMatchObject([
      { to: 'busy@example.test', attempts: 2, doubled: false },
      {
        to: 'gone@example.test',
        state: 'failed',
        attempts: 1,
        error: expect.stringContaining('550'),
      },
      { to: 'here@example.test', attempts: 1 },
      { to: 'later@example.test', attempts: 1 },
    ]);
    expect(received).toHaveLength(3);
  });

  test('leaves a mailbox that puts off alone for longer each time, and no other mail', async () => {
    let isBusy = true;
    const { received } = await openServer({
      onRcptTo: ({ address }, _session, answer) =>
        answer(isBusy && address.startsWith('busy') ? refusal(450, 'greylisted') : null),
    });
    await queue('busy@example.test');
    startRelay();

    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await until(([mail]) => mail?.attempts === attempt && mail.state === 'queued');
      waits.push(await waitOf());
      if (attempt === 3) await queue('here@example.test');
      if (attempt === 3) await until(([, other]) => other?.state === 'sent');
      await hasten();
    }
    isBusy = false;
    await hasten();
    await until(allSent);

    expect(waits).toEqual([5, 20, 80, 320, 1_280, 5_120, 14_400]);
    expect(await database.asWorker.mailTrouble()).toBeNull();
    expect(received).toHaveLength(2);
  });

  test('puts off a mail whose text is put off, and gives it up after three days', async () => {
    await openServer({ beforeAnswer: () => Promise.reject(refusal(452, 'mailbox full')) });
    await queue('full@example.test');
    startRelay();
    await until(([mail]) => mail?.attempts === 1 && mail.state === 'queued');

    await database.ask(`update outbox set put_off_since = now() - interval '71 hours'`);
    await hasten();
    await until(([mail]) => mail?.attempts === 2 && mail.state === 'queued');
    await database.ask(`update outbox set put_off_since = now() - interval '72 hours'`);
    await hasten();
    const [mail] = await until(([one]) => one?.attempts === 3 && one.state !== 'sending');

    expect(mail).toMatchObject({ state: 'failed', error: expect.stringContaining('452') });
  });

  test('does not count against a mail that the server is away, and tries again soon', async () => {
    await queue('a@example.test');
    await database.ask(`update outbox set attempts = 500, created_at = now() - interval '30 days'`);
    startRelay();

    await until(([mail]) => mail?.attempts === 501 && mail.state === 'queued');

    expect(await waitOf()).toBe(30);
  });

  test('takes it for the server’s trouble that no sender is let through', async () => {
    let isFull = true;
    const { received } = await openServer({
      onMailFrom: (_address, _session, answer) => answer(isFull ? refusal(452, 'disk full') : null),
    });
    await queue('a@example.test');
    startRelay();
    await until(([mail]) => mail?.error?.includes('452') === true);
    const wait = await waitOf();
    const troubled = await eventually(
      async () => (await database.asWorker.mailTrouble()) ?? undefined,
    );
    isFull = false;
    await until(allSent);

    expect(wait).toBeLessThan(5);
    expect(troubled.code).toBe('server-refuses');
    expect(received).toHaveLength(1);
  });

  test('tries again what a server refused before it looked at the mail', async () => {
    let isOutOfService = true;
    let wantsLogin = true;
    const { received } = await openServer({
      onConnect: (_session, answer) =>
        answer(isOutOfService ? refusal(554, 'out of service') : null),
      onMailFrom(_address, _session, answer) {
        if (!wantsLogin) return answer();
        wantsLogin = false;
        return answer(refusal(530, 'sign in first'));
      },
    });
    await queue('waiting@example.test');

    startRelay();
    await until(([mail]) => mail?.error?.includes('554') === true);
    isOutOfService = false;
    await until(([mail]) => mail?.error?.includes('530') === true);
    // Noted beside the mail, not with it.
    await eventually(async () =>
      (await database.asWorker.mailTrouble())?.code === 'login-refused' ? true : undefined,
    );
    const mails = await until(allSent);

    expect(mails).toMatchObject([{ doubled: false }]);
    expect(received).toHaveLength(1);
    await eventually(async () => ((await database.asWorker.mailTrouble()) ? undefined : true));
  });

  test('beside another one sends each mail once', async () => {
    const { received } = await openServer();
    const queued: string[] = [];
    for (let each = 0; each < 60; each += 1) queued.push(await queue(`p${each}@example.test`));

    startRelay();
    startRelay();
    await until(allSent);

    expect(received.map(({ messageId }) => messageId).sort()).toEqual(queued.sort());
    expect((await outcomes()).every(({ attempts, doubled }) => attempts === 1 && !doubled)).toBe(
      true,
    );
  });

  test('killed before the text went out, leaves it to another', async () => {
    let relay: KillableProcess | undefined;
    const { received } = await openServer({
      onMailFrom(_from, _session, answer) {
        if (!relay) return answer();
        void relay.kill().then(() => answer());
        relay = undefined;
      },
    });
    relay = await aKillableRelay(database.ownerUrl, port);
    const { died } = relay;
    await queue('a@example.test');
    await died;

    startRelay();
    const mails = await until(allSent);

    expect(received).toHaveLength(1);
    expect(mails).toMatchObject([{ attempts: 2 }]);
  });

  test('killed between the answer and its note, doubles the mail and says so', async () => {
    let lock: Lock | undefined;
    const { received } = await openServer({
      async beforeAnswer() {
        // The note of the answer will have to wait.
        lock ??= await aLock(database, 'outbox', 'true');
      },
    });
    const relay = await aKillableRelay(database.ownerUrl, port);
    const messageId = await queue('a@example.test');
    await eventually(() => lock);
    await lock?.waitedFor;
    await relay.kill();
    await lock?.letGo();

    startRelay();
    const mails = await until(allSent);

    expect(received.map((mail) => mail.messageId)).toEqual([messageId, messageId]);
    expect(mails).toMatchObject([{ attempts: 2, doubled: true }]);
  });

  test('cut off before the answer, sends once more under the same name and says so', async () => {
    let cut = false;
    const { received } = await openServer({
      beforeAnswer(_mail, smtp) {
        if (!cut) breakConnections(smtp);
        cut = true;
        return Promise.resolve();
      },
    });
    const messageId = await queue('a@example.test');

    startRelay();
    const mails = await until(allSent);

    expect(received.map((mail) => mail.messageId)).toEqual([messageId, messageId]);
    expect(mails).toMatchObject([{ attempts: 2, doubled: true }]);
  });
});

/** How long (s) the first mail is left alone from now on. */
async function waitOf(): Promise<number> {
  const [row] = await database.ask<{ wait: number }>(
    `select ceil(extract(epoch from next_attempt_at - now()))::int as wait
     from outbox order by created_at limit 1`,
  );
  return row?.wait ?? NaN;
}

/** Lets everything that waits be tried now. */
async function hasten(): Promise<void> {
  await database.ask(`update outbox set next_attempt_at = now() where state = 'queued'`);
  await database.ask(`select announce('outbox', null)`);
}

function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}

function breakConnections(smtp: SMTPServer): void {
  const { connections } = smtp as unknown as {
    connections: Set<{ _socket: { destroy: () => void } }>;
  };
  for (const { _socket } of connections) _socket.destroy();
}
