import { expect, inject, test } from 'vitest';
import { asOwner } from '../../prisma/owner.ts';

// Unheard, the event of the broken connection would end this process.
test('a connection of the owner that breaks fails its work and nothing else', async () => {
  const { superuserUrl } = inject('postgres');

  const work = asOwner(superuserUrl, async (owner) => {
    const ended = new Promise((resolve) => owner.once('end', resolve));
    const { rows } = await owner.query<{ pid: number }>('select pg_backend_pid() as pid');
    await asOwner(superuserUrl, (other) =>
      other.query('select pg_terminate_backend($1)', [rows[0]?.pid]),
    );
    await ended;
    await owner.query('select 1');
  });

  await expect(work).rejects.toThrow(/connection/i);
});
