/**
 * What a worker does every minute besides carrying agreements: it seals the audit chains, puts
 * the seal's head into a weekly mail, and sweeps out hints that no page will ask for again and
 * answers that no client will ask for again.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import { addDays, dayAt, openingOf } from '../domain/day.ts';
import type { Day, Instant } from '../domain/day.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { toColumn } from '../prisma/day-column.ts';

const MINUTE = 60_000;

export type Housekeeping = { stop: () => Promise<void> };

/** Starts the rounds. A round that fails is logged and the next one tries again. */
export function keepHouse(database: Database, mailDomain: string, log: Logger): Housekeeping {
  let round = Promise.resolve();
  const timer = setInterval(() => {
    round = round
      .then(() => makeRound(database, mailDomain))
      .catch((error: unknown) => log.warn({ error: reduced(error) }, 'housekeeping failed'));
  }, MINUTE);
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

/** One round; harmless to repeat and to make from several workers at once. */
export async function makeRound(database: Database, mailDomain: string): Promise<void> {
  const { clockOffset } = await database.installation();
  const now = Date.now() + clockOffset;
  await database.withActor({ kind: 'engine' }, async (tx) => {
    await tx.$queryRaw`select seal_audit()`;
    await queueAnchor(tx, now, mailDomain);
    await tx.$executeRaw`delete from change_event where created_at < now() - interval '2 days'`;
    await tx.$executeRaw`delete from idempotency where created_at < now() - interval '30 days'`;
  });
}

// The head of the chain in people's mailboxes is what makes a rewritten chain visible. The lock
// of `seal_audit` is held until the end of the transaction, so one worker writes the mail.
async function queueAnchor(tx: Tx, now: Instant, mailDomain: string): Promise<void> {
  const monday = mondayOf(dayAt(now, 'Asia/Jakarta'));
  const causeKey = `audit-anchor/${monday}`;
  if (now < openingOf(monday, 'Asia/Jakarta', 7)) return;
  if ((await tx.outbox.count({ where: { causeKey } })) > 0) return;
  const seal = await tx.auditSeal.findFirst({ orderBy: { seq: 'desc' } });
  if (!seal) return;
  const administrators = await tx.membership.findMany({
    where: {
      role: 'administrator',
      office: { kind: 'operator' },
      OR: [{ untilDay: null }, { untilDay: { gte: toColumn(monday) } }],
    },
    distinct: ['userId'],
    include: { user: { select: { email: true } } },
  });
  const content = { seq: seal.seq, hash: Buffer.from(seal.hash).toString('hex') };
  await tx.outbox.createMany({
    data: administrators.map(({ officeId, userId, user }) => {
      const id = randomUUID();
      return {
        id,
        causeKey,
        template: 'audit-anchor',
        content,
        officeId,
        userId,
        toAddress: user.email,
        messageId: `<${id}@${mailDomain}>`,
        notBefore: new Date(now),
        requestId: causeKey,
        businessDay: toColumn(monday),
      };
    }),
  });
}

function mondayOf(day: Day): Day {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}
