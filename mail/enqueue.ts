/** Puts mails into the outbox, in the transaction of their cause. */
import { randomUUID } from 'node:crypto';
import type { Day, Instant } from '../domain/shared/day.ts';
import type { Prisma } from '../prisma/client/client.ts';
import type { Tx } from '../prisma/connect.ts';
import { toColumn } from '../prisma/day-column.ts';

/** What a mail is about, whoever reads it. */
export type MailToQueue = Pick<
  Prisma.OutboxCreateManyInput,
  'agreementId' | 'causeKey' | 'template' | 'content' | 'milestone' | 'requestId'
> & {
  /** The business instant before which the mail does not leave. */
  notBefore: Instant;
  businessDay: Day;
};

/** Who reads a mail: a person of an office, or the mailbox of the office. */
export type Reader = { officeId: string; userId: string | null; toAddress: string };

/** Queues a mail for each of its readers, once for each cause and address. */
export async function enqueue(
  tx: Tx,
  { notBefore, businessDay, ...mail }: MailToQueue,
  readers: readonly Reader[],
  mailDomain: string,
): Promise<void> {
  await tx.outbox.createMany({
    skipDuplicates: true,
    data: readers.map((reader) => {
      const id = randomUUID();
      return {
        id,
        ...mail,
        ...reader,
        messageId: `<${id}@${mailDomain}>`,
        notBefore: new Date(notBefore),
        businessDay: toColumn(businessDay),
      };
    }),
  });
}
