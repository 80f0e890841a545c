/**
 * Whether mail can leave at all. The relay looks when it starts and learns from each attempt; what
 * it knows stands in one row, from which the API, `/readyz` and `npm start` tell it. While there
 * is a trouble it looks again and again, so that the row goes away without a mail.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../config/log.ts';
import type { Database, KeptTrouble } from '../prisma/connect.ts';
import { troubleOf, wayOutInWords } from './trouble.ts';
import type { SmtpError, MailTrouble } from './trouble.ts';

export type WayOut = {
  /** Resolves when it has been looked at for the first time. */
  looked: Promise<void>;
  /** Learns from an attempt: undefined says nothing of the way. */
  learn: (found: MailTrouble | null | undefined) => void;
  stop: () => Promise<void>;
};

export type WayOutParts = {
  database: Database;
  log: Logger;
  /** Connects to the server, and signs in where the settings say so. */
  verify: () => Promise<unknown>;
};

/** How often to look while there is a trouble, in milliseconds. */
const AGAIN = 5_000;

/** Looks at once, and goes on until stopped. */
export function watchWayOut({ database, log, verify }: WayOutParts): WayOut {
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let known: MailTrouble | null | undefined;
  let keeping = Promise.resolve();
  const looked = look();
  const watching = looked.then(watch);

  return {
    looked,
    learn(found) {
      if (found === undefined || isSame(found, known)) return;
      // One connection that breaks says little; another attempt says whether all do.
      void (found?.code === 'connection-broken' ? look() : keep(found));
    },
    async stop() {
      stopping.abort();
      await watching;
      await keeping;
    },
  };

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(AGAIN, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted && (await isInTrouble())) await look();
    }
  }

  // What another relay has noted and ended before it took it away counts as well.
  async function isInTrouble(): Promise<boolean> {
    if (known) return !isSeenByMailsOnly(known);
    return database.mailTrouble().then(
      (kept) => kept !== null,
      () => false,
    );
  }

  async function look(): Promise<void> {
    const verified = verify().then(
      () => null,
      (error: unknown) => troubleOf(error as SmtpError),
    );
    // A server that is silent does not hold back a stop.
    const found = await Promise.race([verified, stopped]);
    if (found !== undefined) await keep(found);
  }

  // One after the other, so that the last word is the one that stays.
  function keep(found: MailTrouble | null): Promise<void> {
    keeping = keeping.then(async () => {
      try {
        const kept = await keepTrouble(database, found);
        if (!isSame(found, known)) tell(kept);
        known = found;
      } catch {
        // PostgreSQL is away: found again at the next look.
        known = undefined;
      }
    });
    return keeping;
  }

  function tell(kept: KeptTrouble | null): void {
    if (kept) log.warn({ code: kept.code, cause: kept.cause }, wayOutInWords(kept));
    else if (known) log.info('mail can leave again');
  }
}

// A server that wants a login, or closes, when mail comes: connecting alone does not show it.
function isSeenByMailsOnly({ cause }: MailTrouble): boolean {
  return /^E(ENVELOPE|MESSAGE) /.test(cause);
}

function isSame(one: MailTrouble | null, other: MailTrouble | null | undefined): boolean {
  return other !== undefined && one?.code === other?.code && one?.cause === other?.cause;
}

// What keeps mail from leaving may change its name; it keeps it since the first.
async function keepTrouble(database: Database, found: MailTrouble | null) {
  await database.withActor({ kind: 'engine' }, (tx) =>
    found
      ? tx.$executeRaw`
          insert into mail_trouble (id, code, cause) values (1, ${found.code}, ${found.cause})
          on conflict (id) do update set code = excluded.code, cause = excluded.cause
            where (mail_trouble.code, mail_trouble.cause)
              is distinct from (excluded.code, excluded.cause)
          returning announce('outbox', null)`
      : tx.$executeRaw`delete from mail_trouble returning announce('outbox', null)`,
  );
  return found && database.mailTrouble();
}
