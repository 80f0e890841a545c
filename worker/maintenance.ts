/**
 * What a worker does every minute besides carrying agreements: it seals the audit chains, puts
 * the seal's head into a weekly mail, has agreements told of rules that they missed, and sweeps
 * out hints, answers and messages that nobody will ask for again.
 */
import { carryRulesRound } from '../activities/calendar/rules.ts';
import { ENTITIES } from './entities.ts';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import { addDays, dayAt, openingOf } from '../domain/shared/day.ts';
import type { Day, Instant } from '../domain/shared/day.ts';
import { enqueue } from '../mail/enqueue.ts';
import type { Database, Tx } from '../prisma/connect.ts';

const MINUTE = 60_000;

export type Maintenance = { stop: () => Promise<void> };

/** Starts the rounds. A round that fails is logged and the next one tries again. */
export function startMaintenance(database: Database, mailDomain: string, log: Logger): Maintenance {
  let round = Promise.resolve();
  const timer = setInterval(() => {
    round = round
      .then(() => runMaintenance(database, mailDomain))
      .catch((error: unknown) => log.warn({ error: reduced(error) }, 'maintenance failed'));
  }, MINUTE);
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

/**
 * One round; harmless to repeat and to make from several workers at once. Each piece of work is a
 * transaction of its own that gives up rather than wait for others, and what fails waits for the
 * next round without holding up the rest. A long transaction would hold recordings back by its
 * locks, and every hint to open pages by being under way.
 */
export async function runMaintenance(database: Database, mailDomain: string): Promise<void> {
  const { clockOffset } = await database.installation();
  const now = Date.now() + clockOffset;
  const inShort: Work = (work) =>
    database.withActor({ kind: 'engine' }, async (tx) => {
      await tx.$executeRaw`set local lock_timeout = '1s'`;
      return work(tx);
    });
  const jobs = [
    () => inBatches(SEALED_AT_ONCE, () => inShort(sealHeads)),
    () => inShort((tx) => queueAnchor(tx, now, mailDomain)),
    () => inShort(remindOfRules),
    ...SWEEPS.map((sweep) => () => inBatches(SWEPT_AT_ONCE, () => inShort(sweep))),
  ];
  const failures: unknown[] = [];
  for (const job of jobs) await job().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

type Work = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Heads in one seal, and rows that are deleted at a time. */
const SEALED_AT_ONCE = 500;
const SWEPT_AT_ONCE = 2_000;

/** Goes on while there is more than one batch holds. */
async function inBatches(size: number, batch: () => Promise<number>): Promise<void> {
  while ((await batch()) >= size);
}

async function sealHeads(tx: Tx): Promise<number> {
  const [sealed] = await tx.$queryRaw<{ heads: number }[]>`
    select heads from seal_audit(${SEALED_AT_ONCE}::int)`;
  return sealed?.heads ?? 0;
}

const TABLES = ENTITIES.map(({ table }) => table);

const SWEEPS: ((tx: Tx) => Promise<number>)[] = [
  (tx) => tx.$executeRaw`
    delete from change_event where seq in (select seq from change_event
      where created_at < now() - interval '2 days' order by created_at limit ${SWEPT_AT_ONCE})`,
  (tx) => tx.$executeRaw`
    delete from idempotency where (principal, key) in (select principal, key from idempotency
      where created_at < now() - interval '30 days' order by created_at limit ${SWEPT_AT_ONCE})`,
  (tx) => tx.$executeRaw`
    delete from reservation_answer where command_id in (select command_id from reservation_answer
      where answered_at < now() - interval '30 days' order by answered_at limit ${SWEPT_AT_ONCE})`,
  (tx) => tx.$executeRaw`
    delete from engine_message where id in (select id from engine_message
      where created_at < now() - interval '30 days' and delivered_at is not null
      order by created_at limit ${SWEPT_AT_ONCE})`,
  (tx) => tx.$executeRaw`
    delete from auth.security_event where id in (select id from auth.security_event
      where at < now() - interval '2 years' order by at limit ${SWEPT_AT_ONCE})`,
];

// A safety net: an entity that a publication has missed is found within an hour.
async function remindOfRules(tx: Tx): Promise<void> {
  const recent = await tx.$queryRaw<object[]>`
    select from engine_message
    where kind = 'rules-published' and created_at > now() - interval '1 hour' limit 1`;
  if (recent.length === 0) await carryRulesRound(tx, TABLES);
}

// The head of the chain in people's mailboxes is what makes a rewritten chain visible. Under the
// lock of `seal_audit`, so one worker writes the mail.
async function queueAnchor(tx: Tx, now: Instant, mailDomain: string): Promise<void> {
  const monday = mondayOf(dayAt(now, 'Asia/Jakarta'));
  const causeKey = `audit-anchor/${monday}`;
  if (now < openingOf(monday, 'Asia/Jakarta', 7)) return;
  await tx.$queryRaw`select pg_advisory_xact_lock(72707370)::text`;
  if ((await tx.outbox.count({ where: { causeKey } })) > 0) return;
  const seal = await tx.auditSeal.findFirst({ orderBy: { seq: 'desc' } });
  if (!seal) return;
  const operators = await tx.office.findMany({
    where: { kind: 'operator' },
    select: { id: true },
  });
  const mail = {
    causeKey,
    template: 'audit-anchor',
    content: { seq: seal.seq, hash: Buffer.from(seal.hash).toString('hex') },
    offices: operators.map(({ id }) => id),
    requestId: causeKey,
    notBefore: now,
    businessDay: monday,
  };
  await enqueue(tx, [mail], mailDomain);
}

function mondayOf(day: Day): Day {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}
