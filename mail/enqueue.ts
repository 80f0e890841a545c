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

/** Queues mails, each once for its cause. Who reads them, and what they say, is found when they leave. */
export async function enqueue(
  tx: Tx,
  mails: readonly MailToQueue[],
  mailDomain: string,
): Promise<void> {
  if (mails.length === 0) return;
  await tx.outbox.createMany({
    skipDuplicates: true,
    data: mails.map(({ notBefore, businessDay, ...mail }) => {
      const id = randomUUID();
      return {
        id,
        ...mail,
        messageId: messageIdOf(id, mailDomain),
        notBefore: new Date(notBefore),
        businessDay: toColumn(businessDay),
      };
    }),
  });
}

/** The Message-ID of a row of the outbox; every attempt has the same. */
export function messageIdOf(id: string, mailDomain: string): string {
  return `<${id}@${mailDomain}>`;
}
