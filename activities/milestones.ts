/**
 * The milestones of agreements in PostgreSQL: what each context plans them from, and what it writes when
 * they have passed. `domain/milestones.ts` has the rules, in rows of the same names.
 */
import type { AgreementState } from '../domain/agreement/agreement.ts';
import type { Transition } from '../domain/agreement/transition.ts';
import { milestonesAhead } from '../domain/milestones.ts';
import type { MilestoneFacts, MilestoneSourceName } from '../domain/milestones.ts';
import type { Milestone } from '../domain/shared/plan.ts';
import type { Tx } from '../prisma/connect.ts';
import { reminderPolicyOf } from '../prisma/published-rules.ts';
import type { Cause } from '../workflows/messages.ts';
import { queueMails } from './agreement/queue-mails.ts';

/** What lies ahead of an agreement by the tables of now. */
export async function milestonesOf(tx: Tx, agreement: AgreementState): Promise<Milestone[]> {
  return milestonesAhead(agreement, await factsOf(tx, agreement));
}

async function factsOf(tx: Tx, agreement: AgreementState): Promise<MilestoneFacts> {
  return { policy: await reminderPolicyOf(tx, agreement) };
}

/**
 * What a context writes of its milestones besides the agreement's copy and audit: mails, rows of its own.
 * The copy is written before it, so it may read from there who sees the agreement.
 */
type RecordPassing = (
  tx: Tx,
  change: Transition,
  cause: Extract<Cause, { by: 'time' }>,
  mailDomain: string,
) => Promise<void>;

const RECORD: Record<MilestoneSourceName, RecordPassing> = {
  agreement: queueMails,
};

/** Writes what each context has to write of what is due, in the order in which it has passed. */
export const recordPassing: RecordPassing = async (tx, change, cause, mailDomain) => {
  for (const [name, record] of Object.entries(RECORD)) {
    if (cause.due.some(({ source }) => source === name)) {
      await record(tx, change, cause, mailDomain);
    }
  }
};
