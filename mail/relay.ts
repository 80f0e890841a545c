/**
 * The relay: the only sender of mail. It takes from the outbox what may leave by the business
 * clock, writes it for its readers of now and hands it to the SMTP server. A mail is doubled only when a
 * connection is cut between the server's answer and our noting it; that is shown, and the Message-ID
 * stays the same.
 */
import { randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { SendMailOptions } from 'nodemailer';
import type { Logger } from '../config/log.ts';
import type { MailServer } from '../config/mail-server.ts';
import type { Instant } from '../domain/shared/day.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { listen } from '../prisma/listen.ts';
import { holdLock } from '../prisma/session-lock.ts';
import type { SessionLock } from '../prisma/session-lock.ts';
import { compose } from './compose.tsx';
import { factsOf } from './agreement/facts.ts';
import * as outbox from './outbox.ts';
import type { Delivery, Letter, TakenMail } from './outbox.ts';
import { sourcesOf } from './sources.ts';
import { openTransport } from './transport.ts';
import type { Transport } from './transport.ts';
import { causeOf, isAboutMail, troubleOf } from './trouble.ts';
import type { SmtpError, MailTrouble } from './trouble.ts';
import { watchWayOut } from './way-out.ts';

export type RelayParts = {
  database: Database;
  /** The worker's connection, for the relay's own lock and for announcements. */
  databaseUrl: string;
  mailServer: MailServer;
  from: string;
  /** How many days a mailbox may put a mail off before it is given up. */
  giveUpAfterDays: number;
  /** What Message-IDs end with. */
  mailDomain: string;
  /** Where the pages are, for the links in mails. */
  baseUrl: string;
  log: Logger;
  /** Told what became of each mail that was handed to the server. */
  onSettled?: (template: string, state: Delivery['state']) => void;
};

export type Relay = {
  /** Resolves when it is known whether mail can leave; the relay works before. */
  looked: Promise<void>;
  stop: () => Promise<void>;
};

/** Mails in the hands of one relay at a time. */
const BATCH = 50;

/**
 * How long mails of one moment are waited for, in milliseconds: read, written and noted together
 * they cost little more than one.
 */
const GATHERING = 200;

/** The longest a relay sleeps when nothing is announced; mail falls due by the clock, too. */
const NAP = 2_000;

/** Starts sending and goes on until stopped; PostgreSQL and SMTP may come and go meanwhile. */
export function startRelay(parts: RelayParts): Relay {
  const { database, log } = parts;
  const stopping = new AbortController();
  const transport = openTransport(parts.mailServer);
  transport.use('stream', watchTextGoOut);
  const wayOut = watchWayOut({ database, log, verify: () => transport.verify() });
  let wake = () => {};
  let serverWasAway = false;
  // What became of mails and is not noted yet. No relay would look at those again while this one
  // runs, so they come first in every round.
  let unnoted: Delivery[] = [];
  let noting: Promise<void> | undefined;
  const listener = listen(parts.databaseUrl, {
    onAnnouncement: () => wake(),
    onListening: () => wake(),
  });
  const relaying = relay();

  return {
    looked: wayOut.looked,
    stop: async () => {
      stopping.abort();
      wake();
      await Promise.all([relaying, wayOut.stop()]);
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
        log.warn({ error: nameOf(error) }, 'the outbox could not be worked on');
        return 0;
      });
      if (sent === 0) await napUntil(slept);
      await pause(GATHERING);
    }
    await lock.release();
  }

  async function sendDue(relayId: number): Promise<number> {
    await note();
    const { clockOffset } = await database.installation();
    const businessNow = () => Date.now() + clockOffset;
    const mails = await outbox.takeMails(database, {
      relayId,
      mailDomain: parts.mailDomain,
      businessNow: businessNow(),
      most: BATCH,
    });
    if (mails.length === 0) return 0;

    const letters = await lettersOf(mails, businessNow());
    await Promise.all(
      mails.map(async (mail) => {
        const outcome = await send(mail, letters.get(mail.id), businessNow());
        unnoted.push({ mail, ...outcome, at: businessNow() });
        await note();
      }),
    );
    return mails.length;
  }

  // One mail's trouble is not the others': a mail that cannot be written waits alone.
  async function lettersOf(
    mails: readonly TakenMail[],
    now: Instant,
  ): Promise<Map<string, Letter>> {
    try {
      const letters = await database.withActor({ kind: 'engine' }, (tx) => write(tx, mails, now));
      return new Map(letters.map((letter) => [letter.id, letter]));
    } catch (error) {
      log.warn({ error: nameOf(error) }, 'mails could not be written');
      return new Map();
    }
  }

  // One after the other, so that agreements are not kept waiting by a pile of mail.
  async function write(tx: Tx, mails: readonly TakenMail[], now: Instant): Promise<Letter[]> {
    const sources = await sourcesOf(tx, mails, now);
    const letters: Letter[] = [];
    for (const mail of mails) {
      const { id, officeId, userId } = mail;
      const from = sources.get(id);
      const office = from?.names[officeId ?? ''];
      if (!from || office === undefined) continue;
      const reader = from.names[userId ?? ''] ?? office;
      const facts = factsOf(mail, from, { reader, office });
      const composed = facts && (await compose(facts, parts.baseUrl).catch(() => null));
      if (composed) letters.push({ id, ...composed });
    }
    await outbox.keepLetters(tx, letters);
    return letters;
  }

  async function send(
    mail: TakenMail,
    letter: Letter | undefined,
    businessNow: Instant,
  ): Promise<Outcome> {
    if (!letter || mail.toAddress === null) {
      return { state: 'queued', error: 'unwritten', isPutOff: true };
    }
    const { subject, html, text } = letter;
    const { trouble, ...outcome } = await deliver(transport, {
      from: parts.from,
      to: mail.toAddress,
      subject,
      html,
      text,
      messageId: mail.messageId,
      date: new Date(businessNow),
      headers: { 'X-Mapalus-Request': mail.requestId, 'Auto-Submitted': 'auto-generated' },
    });
    wayOut.learn(trouble);
    if (outcome.isPutOff && outbox.isGivenUp(mail, parts.giveUpAfterDays)) {
      return { ...outcome, state: 'failed' };
    }
    if (outcome.state === 'queued' && !outcome.isPutOff) serverWasAway = true;
    return outcome;
  }

  /** Notes outcomes; those that come while others are being noted go together after them. */
  function note(): Promise<void> {
    if (unnoted.length > 0) noting ??= noteAll();
    return noting ?? Promise.resolve();
  }

  async function noteAll(): Promise<void> {
    while (unnoted.length > 0) {
      const delivered = unnoted;
      unnoted = [];
      try {
        await outbox.recordDelivery(database, delivered);
      } catch (error) {
        log.warn({ mails: delivered.length, error: nameOf(error) }, 'outcomes could not be noted');
        unnoted = [...delivered, ...unnoted];
        break;
      }
      delivered.forEach(tell);
      if (serverWasAway && delivered.some(({ state }) => state === 'sent')) {
        serverWasAway = false;
        await outbox.wakeWaiting(database).catch(() => (serverWasAway = true));
      }
    }
    noting = undefined;
  }

  function tell({ mail: { id, template, requestId }, state, error }: Delivery): void {
    parts.onSettled?.(template, state);
    if (state === 'sent') log.info({ mail: id, template, requestId }, 'mail sent');
    else log.warn({ mail: id, template, requestId, outcome: state, error }, 'mail not sent');
  }

  async function napUntil(woken: Promise<void>): Promise<void> {
    const timer = setTimeout(() => wake(), NAP);
    await woken;
    clearTimeout(timer);
  }
}

type Outcome = Pick<Delivery, 'state' | 'error' | 'isPutOff'>;

async function deliver(
  transport: Transport,
  mail: SendMailOptions,
): Promise<Outcome & { trouble: MailTrouble | null | undefined }> {
  const watched = { textWentOut: false };
  try {
    await transport.sendMail({ ...mail, [WATCHED]: watched } as SendMailOptions);
    return { state: 'sent', error: null, isPutOff: false, trouble: null };
  } catch (error) {
    const failure = error as SmtpError;
    return { ...failureOf(failure, watched), trouble: troubleOf(failure) };
  }
}

// A verdict on this mail's address or text is its own: 5xx is final, 4xx puts it off. An answer to the
// greeting, the sign-in or the sender is about the server or our settings, and both can be put right. A
// connection that broke after the whole text went out leaves it open whether the server took it. Everything
// else did not get that far.
function failureOf(failure: SmtpError, { textWentOut }: Watched): Outcome {
  const { responseCode } = failure;
  const error = causeOf(failure);
  if (isAboutMail(failure)) {
    const isFinal = responseCode !== undefined && responseCode >= 500;
    return { state: isFinal ? 'failed' : 'queued', error, isPutOff: !isFinal };
  }
  const isOpen = textWentOut && responseCode === undefined;
  return { state: isOpen ? 'unknown' : 'queued', error, isPutOff: false };
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
