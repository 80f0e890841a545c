/** The outbox's rows on their way: claimed, written, sent, or given back. */
import type { Instant } from '../domain/day.ts';
import type { Prisma } from '../prisma/client/client.ts';
import type { Database } from '../prisma/connect.ts';
import type { Composed } from './compose.tsx';

export type OutboxRow = Prisma.OutboxGetPayload<object>;

/** The class of the locks by which relays show that they live. */
export const RELAY_LOCKS = 72707;

const engine = { kind: 'engine' } as const;

/**
 * Claims mails that may leave by this business instant, oldest first, for this relay. Rows that
 * another relay is claiming are left to it.
 */
export function claimMails(
  database: Database,
  relayId: number,
  businessNow: Instant,
  most: number,
): Promise<OutboxRow[]> {
  return database.withActor(engine, async (tx) => {
    const ids = await tx.$queryRaw<{ id: string }[]>`
      select id from outbox
      where state in ('queued', 'unknown') and not_before <= ${new Date(businessNow)}
        and next_attempt_at <= now()
      order by not_before, id limit ${most} for update skip locked`;
    const where = { id: { in: ids.map(({ id }) => id) } };
    await tx.outbox.updateMany({
      where,
      data: { state: 'sending', relayId, attempts: { increment: 1 } },
    });
    return tx.outbox.findMany({ where, orderBy: [{ notBefore: 'asc' }, { id: 'asc' }] });
  });
}

/** Keeps what the mail says, so that every attempt sends the same. */
export async function keepWriting(
  database: Database,
  id: string,
  written: Composed,
): Promise<void> {
  await database.withActor(engine, (tx) =>
    tx.outbox.updateMany({ where: { id }, data: { ...written } }),
  );
}

/** The server has taken it. */
export function markSent(database: Database, mail: OutboxRow, businessNow: Instant): Promise<void> {
  return settle(database, mail, {
    state: 'sent',
    sentAt: new Date(),
    sentBusinessAt: new Date(businessNow),
    relayId: null,
    lastError: null,
  });
}

/** It did not get through and will be tried again after a while. */
export function markWaiting(database: Database, mail: OutboxRow, lastError: string): Promise<void> {
  return settle(database, mail, {
    state: 'queued',
    relayId: null,
    lastError,
    nextAttemptAt: afterAttempts(mail.attempts),
  });
}

/** The connection was cut when the server may have taken it already; it is sent once more. */
export function markUnknown(database: Database, mail: OutboxRow, lastError: string): Promise<void> {
  return settle(database, mail, {
    state: 'unknown',
    possiblyDoubled: true,
    relayId: null,
    lastError,
    nextAttemptAt: afterAttempts(mail.attempts),
  });
}

/** The server refused it for good. */
export function markFailed(database: Database, mail: OutboxRow, lastError: string): Promise<void> {
  return settle(database, mail, { state: 'failed', relayId: null, lastError });
}

/**
 * Finds mails of relays that are gone. Whether the server took them is unknown, so they are sent
 * once more under the same Message-ID and shown as possibly doubled.
 */
export function adoptOrphans(database: Database, relayId: number): Promise<number> {
  return database.withActor(
    engine,
    (tx) => tx.$executeRaw`
    with gone as materialized (
      select relay_id from (select distinct relay_id from outbox
        where state = 'sending' and relay_id <> ${relayId}) busy
      where pg_try_advisory_xact_lock(${RELAY_LOCKS}::int4, relay_id)
    )
    update outbox set state = 'unknown', possibly_doubled = true, relay_id = null,
      last_error = 'relay gone', next_attempt_at = now()
    from gone where outbox.state = 'sending' and outbox.relay_id = gone.relay_id`,
  );
}

/** The server answers again: everything that waited only for it may be tried now. */
export async function wakeWaiting(database: Database): Promise<void> {
  await database.withActor(engine, (tx) =>
    tx.outbox.updateMany({
      where: { state: { in: ['queued', 'unknown'] }, attempts: { gt: 0 } },
      data: { nextAttemptAt: new Date() },
    }),
  );
}

// Noted late, a mail may have been adopted by another relay, which knows better by then.
async function settle(
  database: Database,
  { id, relayId }: OutboxRow,
  data: Prisma.OutboxUpdateManyMutationInput,
): Promise<void> {
  await database.withActor(engine, async (tx) => {
    const { count } = await tx.outbox.updateMany({
      where: { id, state: 'sending', relayId },
      data,
    });
    if (count === 0) return;
    await tx.$executeRaw`select announce('outbox', ${id}::uuid)`;
  });
}

// 1 s, 2 s, 4 s … and never more than 30 s: a server that comes back should not be waited for.
function afterAttempts(attempts: number): Date {
  return new Date(Date.now() + Math.min(30_000, 1_000 * 2 ** Math.max(0, attempts - 1)));
}
