/**
 * Puts the mails of a change into the outbox, in the transaction of the change itself: to its parties, and
 * to those whose agreements rest on it. The timelines of these tell of it as well.
 */
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { mailsOf, mailsToDependant, eventsForDependant } from '../../domain/agreement/notices.ts';
import type { Mail, Dependant } from '../../domain/agreement/notices.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import { appendAudit } from '../../prisma/audit/append.ts';
import type { Tx } from '../../prisma/connect.ts';
import { reminderPolicyOf } from '../../prisma/published-rules.ts';
import { enqueue } from '../../mail/enqueue.ts';
import { dayOf, keyOf, requestOf } from '../recording.ts';
import type { Cause } from '../../workflows/messages.ts';

/** Queues each mail of the change, once. */
export async function queueMails(
  tx: Tx,
  change: Transition,
  cause: Cause,
  mailDomain: string,
): Promise<void> {
  // What a day causes leaves at the hour of the rules; what a person causes leaves at once.
  const when =
    cause.by === 'person'
      ? cause.given
      : { day: dayOf(cause), mailHour: (await reminderPolicyOf(tx, change.state)).mailHour };
  const mails = mailsOf(change, when);
  const queued = (of: AgreementState, those: readonly Mail[]) =>
    those.map(({ template, offices, notBefore, ...content }) => ({
      agreementId: of.id,
      causeKey: keyOf(cause),
      template,
      content,
      offices,
      notBefore,
      milestone: cause.by === 'time' ? keyOf(cause) : null,
      requestId: requestOf(change.state, cause),
      businessDay: dayOf(cause),
    }));
  const own = queued(change.state, mails);
  if (cause.by !== 'person') return enqueue(tx, own, mailDomain);

  const dependants = await dependantsOf(tx, change);
  const theirs = dependants.flatMap((dependant) =>
    queued(dependant.state, mailsToDependant(change.state, mails, dependant)),
  );
  await enqueue(tx, [...own, ...theirs], mailDomain);
  for (const dependant of dependants) await tellTimeline(tx, change, cause, dependant);
}

// In the order of their ids, in which everybody locks the heads of their audit chains.
async function dependantsOf(tx: Tx, { state, events }: Transition): Promise<Dependant[]> {
  if (events.every((event) => eventsForDependant(state.id, event, 'parent').length === 0))
    return [];
  return tx.$queryRaw<Dependant[]>`
    select state, case when parent_id = ${state.id}::uuid then 'parent' else 'before' end as relation
    from agreement
    where (parent_id = ${state.id}::uuid or renewal_of = ${state.id}::uuid) and stage <> 'ended'
    order by id`;
}

async function tellTimeline(
  tx: Tx,
  { state, events }: Transition,
  cause: Extract<Cause, { by: 'person' }>,
  { state: { id }, relation }: Dependant,
): Promise<void> {
  await tx.$executeRaw`select announce('agreement', ${id}::uuid)`;
  await appendAudit(tx, {
    subject: `agreement/${id}`,
    key: `${keyOf(cause)}/${relation}`,
    event: {
      events: events.flatMap((event) => eventsForDependant(state.id, event, relation)),
      businessDay: dayOf(cause),
      by: cause.given.recordedBy,
      requestId: cause.given.requestId,
    },
  });
}
