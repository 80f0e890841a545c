/** The first account of an installation, from which all others are made. */
import type { PrismaClient } from '../../prisma/client/client.ts';
import { createAccount, oneTimePassword, replacePassword } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';

export type FirstAdministrator = {
  userId: string;
  email: string;
  /** The password, when it was made up here: to be printed once. Null when it was given. */
  oneTimePassword: string | null;
};

/**
 * Makes the account with this address, or gives it another password when a start before this one
 * was cut off. The password comes from the settings or is made up; either has to be changed.
 */
export async function giveFirstAccount(
  signIn: SignIn,
  prisma: PrismaClient,
  { email, password }: { email: string; password: string | undefined },
): Promise<FirstAdministrator> {
  const chosen = password ?? oneTimePassword();
  const userId = await accountOf(email, chosen);
  return { userId, email, oneTimePassword: password === undefined ? chosen : null };

  async function accountOf(email: string, password: string): Promise<string> {
    const known = await prisma.user.findUnique({ where: { email }, include: { accounts: true } });
    if (known && known.accounts.length > 0) {
      await replacePassword(prisma, known.id, password);
      return known.id;
    }
    // The library writes the account's two rows one after another; half of it is nobody's.
    if (known) await prisma.user.delete({ where: { id: known.id } });
    return createAccount(signIn, prisma, { name: 'Administrator', email, password });
  }
}
