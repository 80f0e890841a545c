/** The rules by which agreements are planned, as PostgreSQL holds them. */
import type { ReminderPolicy, Rules } from '../domain/milestone.ts';
import type { Tx } from '../prisma/connect.ts';

/** The rules that were published last. */
export async function newestRules(tx: Tx): Promise<Rules> {
  const [rules] = await tx.$queryRaw<Rules[]>`
    select (select max(version) from reminder_policy) as "policyVersion",
      (select max(version) from calendar) as "calendarVersion"`;
  return rules as Rules;
}

/**
 * The reminder rules of this version; where an older backup has lost them, the newest before them,
 * so that no recording waits for ever.
 */
export async function reminderPolicy(tx: Tx, version: number): Promise<ReminderPolicy> {
  const policy = await tx.reminderPolicy.findFirstOrThrow({
    where: { version: { lte: version } },
    orderBy: { version: 'desc' },
  });
  return { version: policy.version, daysBefore: policy.daysBefore, mailHour: policy.mailHour };
}
