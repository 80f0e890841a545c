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

/** The lock under which rules are published; shared, it waits for a publication under way. */
const PUBLICATION = 72707374;

/**
 * Has the newest rules carried to open agreements once more when this one, which is recorded for the
 * first time, was proposed by older ones: while they were carried round it was not there to be told.
 * Part of the transaction in which it first appears.
 */
export async function catchUpWithRules(tx: Tx, proposed: Rules): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock_shared(${PUBLICATION}::bigint)::text`;
  const { policyVersion, calendarVersion } = await newestRules(tx);
  if (proposed.policyVersion >= policyVersion && proposed.calendarVersion >= calendarVersion)
    return;
  await tx.$executeRaw`select tell_engine('rules-published', '{}')`;
}

/** The same for any number of agreements that stand in PostgreSQL, such as those begun again. */
export async function carryRulesRound(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    select tell_engine('rules-published', '{}')
    where (select min((state ->> 'policyVersion')::integer) from agreement where stage <> 'ended')
        < (select max(version) from reminder_policy)`;
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
