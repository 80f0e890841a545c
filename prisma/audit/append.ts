/**
 * The audit chain: one per subject, linked by hashes in PostgreSQL, sealed together every minute.
 * An event holds ids, codes, days, numbers and names of offices; personal data never enters it.
 */
import canonicalize from 'canonicalize';
import type { Tx } from '../connect.ts';

/** One thing that happened, to be added to its subject's chain. */
export type AuditEntry = {
  /** What the chain is about, and by it who may read it. */
  subject: `agreement/${string}` | `office/${string}` | 'installation';
  /** The command or milestone; a key is recorded once. */
  key: string;
  event: object;
};

/**
 * Adds the entry, or does nothing when its key is there already. The event is written as canonical
 * JSON (RFC 8785), so that the same event always has the same text and hash. Locks the subject's head until
 * the transaction ends, so call it last.
 */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { subject, key, event } = entry;
  await tx.$executeRaw`select append_audit(${subject}, ${key}, ${canonicalize(event)})`;
}
