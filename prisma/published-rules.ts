/**
 * The rules by which entities are planned, as they are published: reminder rules and calendars, numbered
 * together. Whoever publishes holds a lock alone until the transaction ends; whoever has to know the
 * newest rules waits for a publication that is under way.
 */
import type { ReminderPolicy } from '../domain/calendar/reminder-policy.ts';
import type { Rules } from '../domain/shared/plan.ts';
import type { Tx } from './connect.ts';

const PUBLICATION = 72707374;

/** Lets one publication follow the other, so that their versions do. */
export async function lockPublication(tx: Tx): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(${PUBLICATION}::bigint)::text`;
}

/** Waits until a publication that is under way has ended, and holds back the next. */
export async function waitForPublication(tx: Tx): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock_shared(${PUBLICATION}::bigint)::text`;
}

/** The rules that were published last. */
export async function newestRules(tx: Tx): Promise<Rules> {
  const [rules] = await tx.$queryRaw<Rules[]>`
    select greatest((select max(version) from reminder_policy), (select max(version) from calendar))
      as "rulesVersion"`;
  return rules as Rules;
}

/**
 * The reminder rules of this version; where an older backup has lost them, the newest before them,
 * so that no recording waits for ever.
 */
export async function reminderPolicyOf(tx: Tx, { rulesVersion }: Rules): Promise<ReminderPolicy> {
  const policy = await tx.reminderPolicy.findFirstOrThrow({
    where: { version: { lte: rulesVersion } },
    orderBy: { version: 'desc' },
  });
  return { version: policy.version, daysBefore: policy.daysBefore, mailHour: policy.mailHour };
}
