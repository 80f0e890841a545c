/**
 * The lock of publishing rules. Whoever publishes holds it alone until the transaction ends; whoever
 * has to know the newest rules waits for a publication that is under way.
 */
import type { Tx } from './connect.ts';

const PUBLICATION = 72707374;

/** Lets one publication follow the other, so that their versions do. */
export async function lockPublication(tx: Tx): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(${PUBLICATION}::bigint)::text`;
}

/** Waits until a publication that is under way has ended, and holds back the next. */
export async function waitForPublication(tx: Tx): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock_shared(${PUBLICATION}::bigint)::text`;
}
