/** The outbox's rows on their way: taken, written, sent, given back, or found to be sent no more. */
import { randomUUID } from 'node:crypto';
import type { NotSent } from '../domain/agreement/notices.ts';
import type { Instant } from '../domain/shared/day.ts';
import type { Prisma } from '../prisma/client/client.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import type { Composed } from './compose.tsx';
import { messageIdOf } from './enqueue.ts';
import { readersNow, sourcesOf } from './sources.ts';
import type { Reader } from './sources.ts';

export type OutboxRow = Prisma.OutboxGetPayload<object>;

/** A mail in the hands of a relay: its reader is known. Without an address it cannot be sent yet. */
export type TakenMail = OutboxRow & { relayId: number };

/** The class of the locks by which relays show that they are alive. */
export const RELAY_LOCKS = 72707;

const engine = { kind: 'engine' } as const;

/** Whose mails are taken, and as of when. */
export type Taking = { relayId: number; mailDomain: string; businessNow: Instant; most: number };

/**
 * Takes mails that may leave by this business instant, the oldest of them, for this relay, and settles who
 * reads them now. A mail that has become moot is not sent. Rows that another relay is taking are left to
 * it, unless that relay is gone.
 */
export function takeMails(database: Database, taking: Taking): Promise<TakenMail[]> {
  const { relayId, businessNow, most } = taking;
  return database.withActor(engine, async (tx) => {
    await reclaimAbandoned(tx, relayId);
    const ids = await tx.$queryRaw<{ id: string }[]>`
      select id from outbox
      where state in ('queued', 'unknown') and not_before <= ${new Date(businessNow)}
        and next_attempt_at <= now()
      order by not_before, id limit ${most} for update skip locked`;
    if (ids.length === 0) return [];
    const due = await tx.outbox.findMany({ where: { id: { in: ids.map(({ id }) => id) } } });
    return settleReaders(tx, due, taking);
  });
}

/**
 * Hands each row to its reader of now. A row without a reader becomes that of the first one; readers that
 * have no row yet get one. A row whose reader is none any more is not sent.
 */
async function settleReaders(
  tx: Tx,
  due: readonly OutboxRow[],
  { relayId, mailDomain, businessNow }: Taking,
): Promise<TakenMail[]> {
  const sources = await sourcesOf(tx, due, businessNow);
  const copies = await tx.outbox.findMany({
    where: { causeKey: { in: due.map(({ causeKey }) => causeKey) } },
  });
  const held: OutboxRow[] = [];
  const added: OutboxRow[] = [];
  const dropped: Dropped[] = [];

  for (const row of due) {
    const from = sources.get(row.id);
    const readers = from ? readersNow(row, from) : null;
    if (typeof readers === 'string') {
      dropped.push({ id: row.id, because: readers });
      continue;
    }
    // What cannot be told yet is tried again.
    if (readers === null) {
      held.push(row);
      continue;
    }
    const rows = [...copies, ...held, ...added].filter((each) => isSameMail(each, row));
    const newcomers = readers.filter((reader) => !rows.some((each) => reaches(each, reader)));
    const reader =
      row.reader === '' ? newcomers.shift() : readers.find((each) => keyOf(each) === row.reader);
    if (reader) held.push(readBy(row, reader));
    else dropped.push({ id: row.id, because: 'reader-gone' });
    for (const newcomer of newcomers) {
      const back = rows.find((each) => each.reader === keyOf(newcomer));
      if (back) held.push(readBy(back, newcomer));
      else added.push(newRow(row, newcomer, mailDomain));
    }
  }
  await drop(tx, dropped);
  return [...(await hold(tx, held, relayId)), ...(await add(tx, added, relayId))];
}

function isSameMail(one: OutboxRow, other: OutboxRow): boolean {
  return (
    one.causeKey === other.causeKey &&
    one.template === other.template &&
    one.agreementId === other.agreementId
  );
}

// Somebody whose role had ended has not got it.
function reaches(row: OutboxRow, reader: Reader): boolean {
  if (row.state === 'not-sent') return false;
  const isSameAddress = row.toAddress?.toLowerCase() === reader.toAddress.toLowerCase();
  return row.reader === keyOf(reader) || isSameAddress;
}

// As the trigger `place_mail` writes it.
function keyOf({ userId, officeId }: Reader): string {
  return userId ?? officeId;
}

function readBy(row: OutboxRow, reader: Reader): OutboxRow {
  const { officeId, userId, toAddress } = reader;
  return { ...row, officeId, userId, toAddress, reader: keyOf(reader), state: 'sending' };
}

function newRow(row: OutboxRow, reader: Reader, mailDomain: string): OutboxRow {
  const id = randomUUID();
  const untried = {
    attempts: 0,
    timesPutOff: 0,
    putOffSince: null,
    possiblyDoubled: false,
    lastError: null,
  };
  return { ...readBy(row, reader), ...untried, id, messageId: messageIdOf(id, mailDomain) };
}

type Dropped = { id: string; because: NotSent };

async function drop(tx: Tx, mails: readonly Dropped[]): Promise<void> {
  if (mails.length === 0) return;
  await tx.$executeRaw`
    update outbox set state = 'not-sent', not_sent_because = d.because
    from unnest(${mails.map(({ id }) => id)}::uuid[],
      ${mails.map(({ because }) => because)}::text[]) d (id, because)
    where outbox.id = d.id returning announce('outbox', outbox.id)`;
}

async function hold(tx: Tx, rows: readonly OutboxRow[], relayId: number): Promise<TakenMail[]> {
  const held = await tx.$queryRaw<{ id: string }[]>`
    update outbox set state = 'sending', not_sent_because = null, relay_id = ${relayId},
      attempts = attempts + 1, office_id = h.office_id, user_id = h.user_id, to_address = h.address
    from unnest(${rows.map(({ id }) => id)}::uuid[],
      ${rows.map(({ officeId }) => officeId)}::uuid[], ${rows.map(({ userId }) => userId)}::text[],
      ${rows.map(({ toAddress }) => toAddress)}::text[]) h (id, office_id, user_id, address)
    where outbox.id = h.id and outbox.state in ('queued', 'unknown', 'not-sent')
    returning outbox.id`;
  const ids = new Set(held.map(({ id }) => id));
  const taken = rows.filter(({ id }) => ids.has(id));
  return taken.map((row) => ({ ...row, relayId, attempts: row.attempts + 1 }));
}

// Another relay may add the same reader at the same moment; one of the two rows stands.
async function add(tx: Tx, rows: readonly OutboxRow[], relayId: number): Promise<TakenMail[]> {
  if (rows.length === 0) return [];
  const data = rows.map((row) => ({
    ...row,
    content: row.content as object,
    relayId,
    attempts: 1,
  }));
  const added = await tx.outbox.createManyAndReturn({ skipDuplicates: true, data });
  return added.map((row) => ({ ...row, relayId }));
}

/** What the mail of this id says. */
export type Letter = Composed & Pick<OutboxRow, 'id'>;

/** Keeps what mails say at this attempt. */
export async function keepLetters(tx: Tx, letters: readonly Letter[]): Promise<void> {
  await tx.$executeRaw`
    update outbox set subject = w.subject, html = w.html, text = w.text
    from unnest(${letters.map(({ id }) => id)}::uuid[],
      ${letters.map(({ subject }) => subject)}::text[], ${letters.map(({ html }) => html)}::text[],
      ${letters.map(({ text }) => text)}::text[]) w (id, subject, html, text)
    where outbox.id = w.id`;
}

/**
 * What became of a mail that was handed to the server: taken (`sent`), refused for good or put off for too
 * long (`failed`), not got through (`queued`, to be tried again after a while), or cut off when the
 * server may have taken it already (`unknown`, sent once more and shown as possibly doubled).
 */
export type Delivery = {
  mail: TakenMail;
  state: 'sent' | 'failed' | 'queued' | 'unknown';
  error: string | null;
  /** Whether the trouble is this mail's own; a server that is away is no mail's trouble. */
  isPutOff: boolean;
  /** The business instant at which it was known. */
  at: Instant;
};

/**
 * Notes what became of mails, all in one transaction. Noted late, a mail may have been adopted by
 * another relay, which knows better by then.
 */
export async function recordDelivery(
  database: Database,
  deliveries: readonly Delivery[],
): Promise<void> {
  await database.withActor(engine, async (tx) => {
    await tx.$executeRaw`
      update outbox set state = s.state, relay_id = null, last_error = s.error,
        possibly_doubled = possibly_doubled or s.state = 'unknown',
        times_put_off = times_put_off + s.put_off::int,
        put_off_since = case when s.put_off then coalesce(put_off_since, now()) end,
        sent_at = case when s.state = 'sent' then now() end,
        sent_business_at = case when s.state = 'sent' then s.at end,
        next_attempt_at = coalesce(s.again, next_attempt_at)
      from unnest(${deliveries.map(({ mail }) => mail.id)}::uuid[],
        ${deliveries.map(({ mail }) => mail.relayId)}::int[],
        ${deliveries.map(({ state }) => state)}::text[], ${deliveries.map(({ error }) => error)}::text[],
        ${deliveries.map(({ at }) => new Date(at))}::timestamptz[],
        ${deliveries.map(({ isPutOff }) => isPutOff)}::boolean[],
        ${deliveries.map(nextAttempt)}::timestamptz[])
        s (id, relay_id, state, error, at, put_off, again)
      where outbox.id = s.id and outbox.state = 'sending' and outbox.relay_id = s.relay_id
      returning announce('outbox', outbox.id)`;
  });
}

// Whether the server took the mails of a relay that is gone is unknown, so they are sent once
// more under the same Message-ID and shown as possibly doubled.
async function reclaimAbandoned(tx: Tx, relayId: number): Promise<void> {
  await tx.$executeRaw`
    with gone as materialized (
      select relay_id from (select distinct relay_id from outbox
        where state = 'sending' and relay_id <> ${relayId}) busy
      where pg_try_advisory_xact_lock(${RELAY_LOCKS}::int4, relay_id)
    )
    update outbox set state = 'unknown', possibly_doubled = true, relay_id = null,
      last_error = 'relay gone', next_attempt_at = now()
    from gone where outbox.state = 'sending' and outbox.relay_id = gone.relay_id`;
}

/** The server answers again: everything that waited only for it may be tried now. */
export async function wakeWaiting(database: Database): Promise<void> {
  await database.withActor(engine, (tx) =>
    tx.outbox.updateMany({
      where: { state: { in: ['queued', 'unknown'] }, attempts: { gt: 0 }, timesPutOff: 0 },
      data: { nextAttemptAt: new Date() },
    }),
  );
}

// A server that comes back should not be waited for: 1 s, 2 s, 4 s … and never more than 30 s. A mailbox that
// puts off is left alone for longer each time: 5 s, 20 s, 80 s … and never more than four hours.
function nextAttempt({ mail, state, isPutOff }: Delivery): Date | null {
  if (state === 'sent' || state === 'failed') return null;
  const wait = isPutOff
    ? Math.min(4 * HOUR, 5_000 * 4 ** mail.timesPutOff)
    : Math.min(30_000, 1_000 * 2 ** Math.max(0, mail.attempts - 1));
  return new Date(Date.now() + wait);
}

const HOUR = 3_600_000;

/** Whether a mail's mailbox has put it off for longer than these days. */
export function isGivenUp({ putOffSince }: TakenMail, afterDays: number): boolean {
  return putOffSince !== null && Date.now() - putOffSince.getTime() >= afterDays * 24 * HOUR;
}
