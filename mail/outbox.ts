/** The outbox's rows on their way: taken, written, sent, or given back. */
import type { Instant } from '../domain/shared/day.ts';
import type { Prisma } from '../prisma/client/client.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import type { Composed } from './compose.tsx';

export type OutboxRow = Prisma.OutboxGetPayload<object>;

/** The class of the locks by which relays show that they are alive. */
export const RELAY_LOCKS = 72707;

const engine = { kind: 'engine' } as const;

/**
 * Takes mails that may leave by this business instant, the oldest of them, for this relay. Rows
 * that another relay is taking are left to it, unless that relay is gone.
 */
export function takeMails(
  database: Database,
  relayId: number,
  businessNow: Instant,
  most: number,
): Promise<OutboxRow[]> {
  return database.withActor(engine, async (tx) => {
    await reclaimAbandoned(tx, relayId);
    const ids = await tx.$queryRaw<{ id: string }[]>`
      select id from outbox
      where state in ('queued', 'unknown') and not_before <= ${new Date(businessNow)}
        and next_attempt_at <= now()
      order by not_before, id limit ${most} for update skip locked`;
    if (ids.length === 0) return [];
    return tx.outbox.updateManyAndReturn({
      where: { id: { in: ids.map(({ id }) => id) } },
      data: { state: 'sending', relayId, attempts: { increment: 1 } },
    });
  });
}

/** What the mail of this id says. */
export type Written = Composed & Pick<OutboxRow, 'id'>;

/** Keeps what mails say, so that every attempt sends the same. */
export async function keepWriting(tx: Tx, written: readonly Written[]): Promise<void> {
  await tx.$executeRaw`
    update outbox set subject = w.subject, html = w.html, text = w.text
    from unnest(${written.map(({ id }) => id)}::uuid[],
      ${written.map(({ subject }) => subject)}::text[], ${written.map(({ html }) => html)}::text[],
      ${written.map(({ text }) => text)}::text[]) w (id, subject, html, text)
    where outbox.id = w.id`;
}

/**
 * What became of a mail that was handed to the server: taken (`sent`), refused for good
 * (`failed`), not got through (`queued`, to be tried again after a while), or cut off when the
 * server may have taken it already (`unknown`, sent once more and shown as possibly doubled).
 */
export type Delivery = {
  mail: OutboxRow;
  state: 'sent' | 'failed' | 'queued' | 'unknown';
  error: string | null;
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
        sent_at = case when s.state = 'sent' then now() end,
        sent_business_at = case when s.state = 'sent' then s.at end,
        next_attempt_at = coalesce(s.again, next_attempt_at)
      from unnest(${deliveries.map(({ mail }) => mail.id)}::uuid[],
        ${deliveries.map(({ mail }) => mail.relayId)}::int[],
        ${deliveries.map(({ state }) => state)}::text[], ${deliveries.map(({ error }) => error)}::text[],
        ${deliveries.map(({ at }) => new Date(at))}::timestamptz[],
        ${deliveries.map(nextAttempt)}::timestamptz[]) s (id, relay_id, state, error, at, again)
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
      where: { state: { in: ['queued', 'unknown'] }, attempts: { gt: 0 } },
      data: { nextAttemptAt: new Date() },
    }),
  );
}

// 1 s, 2 s, 4 s … and never more than 30 s: a server that comes back should not be waited for.
function nextAttempt({ mail, state }: Delivery): Date | null {
  if (state === 'sent' || state === 'failed') return null;
  return new Date(Date.now() + Math.min(30_000, 1_000 * 2 ** Math.max(0, mail.attempts - 1)));
}
