/** Holding PostgreSQL up at an exact place, as a slow or stuck transaction would. */
import pg from 'pg';
import type { TestDatabase } from './engine.ts';
import { eventually } from './eventually.ts';

export type Lock = {
  /** Resolves when somebody stands before the lock. */
  waitedFor: Promise<void>;
  letGo: () => Promise<void>;
};

/** Locks a table, or rows of it, until it is let go. */
export async function aLock(
  { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>,
  table: string,
  rows?: string,
): Promise<Lock> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  const watcher = new pg.Client({ connectionString: ownerUrl });
  await Promise.all([owner.connect(), watcher.connect()]);
  await owner.query('begin');
  await owner.query(
    rows === undefined
      ? `lock table ${table} in exclusive mode`
      : `select from ${table} where ${rows} for update`,
  );
  const { rows: pids } = await owner.query<{ pid: number }>('select pg_backend_pid() as pid');
  const waitedFor = eventually(
    async () => {
      const { rowCount } = await watcher.query(
        'select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
        [pids[0]?.pid],
      );
      return rowCount ? true : undefined;
    },
    { waitingFor: `somebody before the lock of ${table}` },
  ).then(() => undefined);
  waitedFor.catch(() => undefined);
  return {
    waitedFor,
    letGo: async () => {
      await owner.query('rollback');
      await Promise.all([owner.end(), watcher.end()]);
    },
  };
}
