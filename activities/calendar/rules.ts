/** The rules by which agreements are planned, as PostgreSQL holds them. */
import type { ReminderPolicy } from '../../domain/calendar/reminder-policy.ts';
import { isOlder } from '../../domain/shared/plan.ts';
import type { Rules } from '../../domain/shared/plan.ts';
import type { Tx } from '../../prisma/connect.ts';
import { waitForPublication } from '../../prisma/publication-lock.ts';

/** The rules that were published last. */
export async function newestRules(tx: Tx): Promise<Rules> {
  const [rules] = await tx.$queryRaw<Rules[]>`
    select (select max(version) from reminder_policy) as "policyVersion",
      (select max(version) from calendar) as "calendarVersion"`;
  return rules as Rules;
}

/**
 * Has the newest rules carried to open agreements once more when this one, which is recorded for the
 * first time, was proposed by older ones: while they were carried round it was not there to be told.
 * Part of the transaction in which it first appears.
 */
export async function catchUpWithRules(tx: Tx, proposed: Rules): Promise<void> {
  await waitForPublication(tx);
  if (!isOlder(proposed, await newestRules(tx))) return;
  await tx.$executeRaw`select tell_engine('rules-published', '{}')`;
}

/**
 * Has the newest rules carried to open agreements once more when any of them is planned by older
 * ones, such as one that was begun again while its signal was under way.
 */
export async function carryRulesRound(tx: Tx): Promise<void> {
  const { policyVersion, calendarVersion } = await newestRules(tx);
  await tx.$executeRaw`
    select tell_engine('rules-published', '{}')
    where exists (select from agreement where stage <> 'ended' and
      ((state ->> 'policyVersion')::integer < ${policyVersion} or
        (state ->> 'calendarVersion')::integer < ${calendarVersion}))`;
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
