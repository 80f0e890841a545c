/** Puts mails into the outbox, in the transaction of their cause. */
import { randomUUID } from 'node:crypto';
import type { Day, Instant } from '../domain/shared/day.ts';
import type { Prisma } from '../prisma/client/client.ts';
import type { Tx } from '../prisma/connect.ts';
import { toColumn } from '../prisma/day-column.ts';

/** What a mail is about, whoever will read it. */
export type MailToQueue = Pick<
  Prisma.OutboxCreateManyInput,
  'agreementId' | 'causeKey' | 'template' | 'content' | 'milestone' | 'requestId'
> & {
  /** The offices that it is meant for. */
  offices: string[];
  /** The business instant before which the mail does not leave. */
  notBefore: Instant;
  businessDay: Day;
};

/** Queues a mail, once for each cause. Who reads it, and what it says, is found when it leaves. */
export async function enqueue(
  tx: Tx,
  { notBefore, businessDay, ...mail }: MailToQueue,
  mailDomain: string,
): Promise<void> {
  const id = randomUUID();
  await tx.outbox.createMany({
    skipDuplicates: true,
    data: [
      {
        id,
        ...mail,
        messageId: messageIdOf(id, mailDomain),
        notBefore: new Date(notBefore),
        businessDay: toColumn(businessDay),
      },
    ],
  });
}

/** The Message-ID of a row of the outbox; every attempt has the same. */
export function messageIdOf(id: string, mailDomain: string): string {
  return `<${id}@${mailDomain}>`;
}
