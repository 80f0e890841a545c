/** The first account of an installation, from which all others are made. */
import type { PrismaClient } from '../../prisma/client/client.ts';
import { createAccount, oneTimePassword } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';

export type FirstAdministrator = {
  userId: string;
  email: string;
  /** The password, when it was made up here: to be printed once. Null when it was given. */
  oneTimePassword: string | null;
};

/**
 * Makes the first account when there is no account at all, and answers it; null when there is
 * one already. The password comes from the settings or is made up; either has to be changed.
 */
export async function createFirstAdministrator(
  signIn: SignIn,
  prisma: PrismaClient,
  { email, password }: { email: string; password: string | undefined },
): Promise<FirstAdministrator | null> {
  if ((await prisma.user.count()) > 0) return null;
  const chosen = password ?? oneTimePassword();
  const userId = await createAccount(signIn, prisma, {
    name: 'Administrator',
    email,
    password: chosen,
  });
  return { userId, email, oneTimePassword: password === undefined ? chosen : null };
}
