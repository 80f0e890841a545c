/**
 * Locks that last as long as a connection: a process that holds one and dies lets go of it at once, and
 * anybody can see that the holder is gone. A machine that is cut off lets go within half a minute.
 */
import type { Tx } from './connect.ts';
import { connectWatched } from './watched-connection.ts';

/** A held lock; `lost` resolves when its connection breaks. */
export type SessionLock = { lost: Promise<void>; release: () => Promise<void> };

/** Who holds a lock: what it calls itself, and since when it is connected. */
export type Holder = { name: string; since: Date };

/** How a lock is taken: beside others who share it, and under a name that `holdersBut` tells. */
type Manner = { shared?: boolean; name?: string };

/** Takes the lock of this class and number, or answers null when somebody else has it. */
export async function holdLock(
  url: string,
  lockClass: number,
  number: number,
  { shared = false, name = 'mapalus' }: Manner = {},
): Promise<SessionLock | null> {
  const { client, lost, close } = await connectWatched(url);
  await client.query(
    `select set_config('application_name', $1, false), set_config('tcp_keepalives_idle', '10', false),
       set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`,
    [name],
  );
  const { rows } = await client.query<{ held: boolean }>(
    `select pg_try_advisory_lock${shared ? '_shared' : ''}($1::int4, $2::int4) as held`,
    [lockClass, number],
  );
  if (rows[0]?.held) return { lost, release: close };
  await close();
  return null;
}

/** Who holds locks of this class under other numbers than these. */
export async function holdersBut(
  tx: Tx,
  lockClass: number,
  numbers: readonly number[],
): Promise<Holder[]> {
  return tx.$queryRaw<Holder[]>`
    select application_name as name, backend_start as since
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${lockClass}::int8::oid and objid::int8 <> all (${[...numbers]}::int8[])
    order by since`;
}
