/**
 * The relay: the only sender of mail. It takes from the outbox what may leave by the business
 * clock and hands it to the SMTP server. A mail is doubled only when a connection is cut between
 * the server's answer and our noting it; that is shown, and the Message-ID stays the same.
 */
import { randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Logger } from '../config/log.ts';
import type { Instant } from '../domain/day.ts';
import type { Database } from '../prisma/connect.ts';
import { listen } from '../prisma/listen.ts';
import { holdLock } from '../prisma/session-lock.ts';
import type { SessionLock } from '../prisma/session-lock.ts';
import { compose } from './compose.tsx';
import type { Composed } from './compose.tsx';
import { factsOf } from './facts.ts';
import * as outbox from './outbox.ts';
import type { OutboxRow } from './outbox.ts';

export type RelayParts = {
  database: Database;
  /** The worker's connection, for the relay's own lock and for announcements. */
  databaseUrl: string;
  smtpUrl: string;
  from: string;
  /** Where the pages are, for the links in mails. */
  baseUrl: string;
  log: Logger;
};

export type Relay = { stop: () => Promise<void> };

/** Mails in the hands of one relay at a time. */
const BATCH = 20;

/** The longest a relay sleeps when nothing is announced; mail falls due by the clock, too. */
const NAP = 2_000;

/** Starts sending and goes on until stopped; PostgreSQL and SMTP may come and go meanwhile. */
export function startRelay(parts: RelayParts): Relay {
  const { database, log } = parts;
  const stopping = new AbortController();
  const transport = createPooledTransport(parts.smtpUrl);
  transport.use('stream', watchTextGoOut);
  let wake = () => {};
  let serverWasAway = false;
  // What became of mails, where PostgreSQL has not taken it yet. No relay would look at those
  // again while this one lives, so they come first in every round.
  const unnoted = new Map<string, () => Promise<void>>();
  const listener = listen(parts.databaseUrl, {
    onAnnouncement: () => wake(),
    onListening: () => wake(),
  });
  const relaying = relay();

  return {
    stop: async () => {
      stopping.abort();
      wake();
      await relaying;
      await listener.close();
      transport.close();
    },
  };

  async function relay(): Promise<void> {
    while (!stopping.signal.aborted) {
      const relayId = randomInt(1, 2 ** 31 - 1);
      const lock = await holdLock(parts.databaseUrl, outbox.RELAY_LOCKS, relayId).catch(() => null);
      if (lock) await relayUnder(lock, relayId);
      else await pause(500);
    }
  }

  async function relayUnder(lock: SessionLock, relayId: number): Promise<void> {
    let lost = false;
    void lock.lost.then(() => {
      lost = true;
      wake();
    });
    while (!stopping.signal.aborted && !lost) {
      const slept = new Promise<void>((resolve) => (wake = resolve));
      const sent = await sendDue(relayId).catch((error: unknown) => {
        log.warn({ error: nameOf(error) }, 'the outbox could not be read');
        return 0;
      });
      if (sent === 0) await napUntil(slept);
    }
    await lock.release();
  }

  async function sendDue(relayId: number): Promise<number> {
    await noteLate();
    await outbox.adoptOrphans(database, relayId);
    const { clockOffset } = await database.installation();
    const mails = await outbox.claimMails(database, relayId, Date.now() + clockOffset, BATCH);
    await Promise.all(mails.map((mail) => send(mail, clockOffset)));
    return mails.length;
  }

  // One mail's trouble is not the others': nothing here throws.
  async function send(mail: OutboxRow, clockOffset: number): Promise<void> {
    const outcome = await attempt(mail, clockOffset);
    const businessNow = Date.now() + clockOffset;
    await note(mail, outcome, businessNow).catch((error: unknown) => {
      log.warn({ mail: mail.id, error: nameOf(error) }, 'an outcome could not be noted');
      unnoted.set(mail.id, () => note(mail, outcome, businessNow));
    });
  }

  async function attempt(mail: OutboxRow, clockOffset: number): Promise<Outcome> {
    try {
      const written = await writtenOnce(mail);
      return await deliver(transport, parts.from, mail, written, Date.now() + clockOffset);
    } catch (error) {
      return { kind: 'unwritten', error: nameOf(error) };
    }
  }

  async function noteLate(): Promise<void> {
    for (const [id, noteAgain] of unnoted) {
      await noteAgain().then(
        () => unnoted.delete(id),
        (error: unknown) =>
          log.warn({ mail: id, error: nameOf(error) }, 'an outcome could still not be noted'),
      );
    }
  }

  async function note(mail: OutboxRow, outcome: Outcome, businessNow: Instant): Promise<void> {
    const { id, requestId, template } = mail;
    if (outcome.kind === 'sent') {
      await outbox.markSent(database, mail, businessNow);
      log.info({ mail: id, template, requestId }, 'mail sent');
      if (serverWasAway) await outbox.wakeWaiting(database);
      serverWasAway = false;
      return;
    }
    log.warn(
      { mail: id, template, requestId, outcome: outcome.kind, error: outcome.error },
      'mail not sent',
    );
    if (outcome.kind === 'refused') await outbox.markFailed(database, mail, outcome.error);
    if (outcome.kind === 'unknown') await outbox.markUnknown(database, mail, outcome.error);
    if (outcome.kind === 'away') serverWasAway = true;
    if (outcome.kind === 'away' || outcome.kind === 'unwritten') {
      await outbox.markWaiting(database, mail, outcome.error);
    }
  }

  async function writtenOnce(mail: OutboxRow): Promise<Composed> {
    const { subject, html, text } = mail;
    if (subject !== null && html !== null && text !== null) return { subject, html, text };
    const facts = await database.withActor({ kind: 'engine' }, (tx) => factsOf(tx, mail));
    const written = await compose(facts, parts.baseUrl);
    await outbox.keepWriting(database, mail.id, written);
    return written;
  }

  async function napUntil(woken: Promise<void>): Promise<void> {
    const timer = setTimeout(() => wake(), NAP);
    await woken;
    clearTimeout(timer);
  }
}

function createPooledTransport(url: string) {
  return createTransport({ url, pool: true, maxConnections: 4 });
}

type Transport = ReturnType<typeof createPooledTransport>;

type Outcome =
  { kind: 'sent' } | { kind: 'unwritten' | 'away' | 'unknown' | 'refused'; error: string };

async function deliver(
  transport: Transport,
  from: string,
  { toAddress, messageId, requestId }: OutboxRow,
  written: Composed,
  businessNow: number,
): Promise<Outcome> {
  const watched = { textWentOut: false };
  try {
    const mail = {
      from,
      to: toAddress,
      ...written,
      messageId,
      date: new Date(businessNow),
      headers: { 'X-Mapalus-Request': requestId, 'Auto-Submitted': 'auto-generated' },
      [WATCHED]: watched,
    };
    await transport.sendMail(mail);
    return { kind: 'sent' };
  } catch (error) {
    return failureOf(error as SmtpError, watched);
  }
}

type SmtpError = Error & { code?: string; originalCode?: string; responseCode?: number };

// A 5xx answer is final. A connection that broke after the whole text went out leaves it open
// whether the server took it. Everything else did not get that far.
function failureOf(
  { code = 'ERROR', originalCode, responseCode }: SmtpError,
  { textWentOut }: Watched,
): Outcome {
  const error = [code, originalCode, responseCode].filter((part) => part !== undefined).join(' ');
  if (responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH') {
    return { kind: 'refused', error };
  }
  return { kind: textWentOut && responseCode === undefined ? 'unknown' : 'away', error };
}

// Where a mail carries the note of whether its text has been handed to the connection.
const WATCHED = 'mapalusWatched';

const watchTextGoOut: Parameters<Transport['use']>[1] = (mail, done) => {
  const watched = (mail.data as Record<string, unknown>)[WATCHED] as Watched | undefined;
  mail.message.transform(
    () =>
      new PassThrough({
        flush(pass) {
          if (watched) watched.textWentOut = true;
          pass();
        },
      }),
  );
  done();
};

type Watched = { textWentOut: boolean };

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
