/** A connection that breaks while it is used fails its user and does not end the process. */
import { expect, inject, test } from 'vitest';
import { connect } from '../../prisma/connect.ts';
import { asOwner } from '../../prisma/owner.ts';
import { eventually } from '../support/eventually.ts';

// Unheard, the event of the broken connection would end this process.
test('a connection that breaks during a reading fails that reading, and the next one has another', async () => {
  const { superuserUrl } = inject('postgres');
  const database = connect(superuserUrl);
  const { $queryRaw: read } = database.reading({});
  const asleep = read`select pg_sleep(300)`;
  asleep.catch(() => undefined);

  const broken = await asOwner(superuserUrl, (owner) =>
    eventually(async () => {
      const { rowCount } = await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where query like 'select pg\\_sleep(300)%' and pid <> pg_backend_pid()`,
      );
      return rowCount === 0 ? undefined : rowCount;
    }),
  );

  expect(broken).toBe(1);
  await expect(asleep).rejects.toThrow(/terminat|connection/i);
  expect(await read`select 1 as one`).toEqual([{ one: 1 }]);
  await database.close();
});
