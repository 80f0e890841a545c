/** How the embedded mailbox names its files, so that the app finds what was received. */
import { createHash } from 'node:crypto';

/** The beginning of the names of all files that hold a mail of this Message-ID. */
export function mailboxName(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 24);
}
