/** The account of the operator's administrator, from which all others are made; and the way back to it. */
import { randomUUID } from 'node:crypto';
import type { Day } from '../../domain/shared/day.ts';
import type { Owner } from '../../prisma/owner.ts';
import { hashPassword } from '../sign-in/password.ts';
import { oneTimePassword } from '../sign-in/sign-in.ts';

export type FirstAdministrator = {
  userId: string;
  email: string;
  /** The password, when it was made up here: to be printed once. Null when it was given. */
  oneTimePassword: string | null;
};

export type FirstAccount = {
  email: string;
  /** From the settings, or else one is made up; either has to be changed. */
  password: string | undefined;
  /** The memory (MiB) that hashing it takes. */
  passwordMemory: number;
  /** The operator's office, where its role is, from this day on. */
  office: string;
  today: Day;
};

/**
 * Makes the account with this address, or gives it another password and opens it again; and its role, all of
 * it or nothing.
 */
export async function giveFirstAccount(
  owner: Owner,
  { email, password, passwordMemory, office, today }: FirstAccount,
): Promise<FirstAdministrator> {
  const chosen = password ?? oneTimePassword();
  const hash = await hashPassword(chosen, passwordMemory);
  await owner.query('begin');
  try {
    const userId = await accountOf(owner, { email, hash, office });
    // An account that was at home elsewhere is kept by the operator from now on, or others could take it over.
    await owner.query('update auth."user" set home_id = $2 where id = $1', [userId, office]);
    await owner.query(
      `insert into membership (id, user_id, office_id, role, from_day)
       select gen_random_uuid(), $1, $2, 'administrator', $3
       where not exists (select from membership where user_id = $1 and office_id = $2
         and role = 'administrator' and from_day <= $3 and until_day is null)
       on conflict (user_id, office_id, role, from_day) do update set until_day = null`,
      [userId, office, today],
    );
    await owner.query('commit');
    return { userId, email, oneTimePassword: password === undefined ? chosen : null };
  } catch (error) {
    await owner.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function accountOf(
  owner: Owner,
  { email, hash, office }: { email: string; hash: string; office: string },
): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    'select id from auth."user" where email = lower($1)',
    [email],
  );
  const known = rows[0]?.id;
  if (known !== undefined) {
    await owner.query('select write_password($1, $2)', [known, hash]);
    return known;
  }
  const id = randomUUID();
  await owner.query('select write_account($1, $2, $3, $4, $5)', [
    id,
    'Administrator',
    email,
    hash,
    office,
  ]);
  return id;
}
