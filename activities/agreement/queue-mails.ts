/** Puts the mails of a change into the outbox, in the transaction of the change itself. */
import { addresseesOf, mailsOf } from '../../domain/agreement/notices.ts';
import type { Mail, MailedOffice, Placement } from '../../domain/agreement/notices.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import type { Tx } from '../../prisma/connect.ts';
import { reminderPolicyOf } from '../../prisma/published-rules.ts';
import { enqueue } from '../../mail/enqueue.ts';
import type { Reader } from '../../mail/enqueue.ts';
import { dayOf, keyOf, requestOf } from '../recording.ts';
import type { Cause } from '../../workflows/messages.ts';

/** Queues each mail of the change for each of its readers, once. */
export async function queueMails(
  tx: Tx,
  change: Transition,
  cause: Cause,
  mailDomain: string,
): Promise<void> {
  const day = dayOf(cause);
  // What a day causes leaves at the hour of the rules; what a person causes leaves at once.
  const when =
    cause.by === 'person'
      ? { givenAt: cause.given.givenAt }
      : { day, mailHour: (await reminderPolicyOf(tx, change.state)).mailHour };
  for (const mail of mailsOf(change, when)) {
    const { template, offices: _offices, notBefore, ...content } = mail;
    const queued = {
      agreementId: change.state.id,
      causeKey: keyOf(cause),
      template,
      content,
      notBefore,
      milestone: cause.by === 'time' ? keyOf(cause) : null,
      requestId: requestOf(change.state, cause),
      businessDay: day,
    };
    await enqueue(tx, queued, await readersOf(tx, mail, day), mailDomain);
  }
}

async function readersOf(tx: Tx, mail: Mail, day: Day): Promise<Reader[]> {
  const rows = await tx.$queryRaw<(MailedOffice & { mailbox: string | null })[]>`
    select o.id, o.institution_id as "institutionId", o.path, o.mailbox,
      case root.kind when 'government' then 'government' else 'bpjs' end as side,
      o.mailbox is not null as "hasMailbox"
    from office o join office root on root.id = o.institution_id
    where o.id = any (${mail.offices}::uuid[])`;
  const people = await peopleAround(tx, rows, day);
  return addresseesOf(mail, rows, people).flatMap(({ officeId, userId }) => {
    const mailbox = rows.find(({ id }) => id === officeId)?.mailbox;
    const person = people.find((each) => each.userId === userId);
    const toAddress = userId === null ? mailbox : person?.email;
    return toAddress ? [{ officeId, userId, toAddress }] : [];
  });
}

function peopleAround(
  tx: Tx,
  offices: MailedOffice[],
  day: Day,
): Promise<(Placement & { email: string })[]> {
  const governments = offices.filter(isGovernment).map(({ institutionId }) => institutionId);
  const onTheWay = offices.flatMap(({ path }) => path);
  return tx.$queryRaw<(Placement & { email: string })[]>`
    select m.user_id as "userId", m.office_id as "officeId", o.institution_id as "institutionId",
      m.role, u.email
    from membership m join office o on o.id = m.office_id join auth."user" u on u.id = m.user_id
    where m.from_day <= ${day}::date and (m.until_day is null or m.until_day >= ${day}::date)
      and (o.institution_id = any (${governments}::uuid[]) or o.id = any (${onTheWay}::uuid[]))
    order by m.id`;
}

function isGovernment({ side }: MailedOffice): boolean {
  return side === 'government';
}
