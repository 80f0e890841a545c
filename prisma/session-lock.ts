/**
 * Locks that last as long as a connection: a process that holds one and dies lets go of it at once, and
 * anybody can see that the holder is gone.
 */
import { connectWatched } from './watched-connection.ts';

/** A held lock; `lost` resolves when its connection breaks. */
export type SessionLock = { lost: Promise<void>; release: () => Promise<void> };

/** Takes the lock of this class and number, or answers null when somebody else has it. */
export async function holdLock(
  url: string,
  lockClass: number,
  number: number,
): Promise<SessionLock | null> {
  const { client, lost, close } = await connectWatched(url);
  const { rows } = await client.query<{ held: boolean }>(
    'select pg_try_advisory_lock($1::int4, $2::int4) as held',
    [lockClass, number],
  );
  if (rows[0]?.held) return { lost, release: close };
  await close();
  return null;
}
