/** Changing one's own password: the one of now is asked for, and all other sessions end. */
import type { PrismaClient } from '../../prisma/client/client.ts';
import type { Principal } from '../http/principal.ts';
import { Refused } from '../http/problems.ts';
import type { Attempts } from './attempts.ts';
import { hashPassword, requireGoodPassword, verifyPassword } from './password.ts';

/** Who changes which password into which, and from where. */
export type Change = {
  principal: Pick<Principal, 'userId' | 'sessionId' | 'name' | 'email'>;
  currentPassword: string;
  newPassword: string;
  address: string;
};

export type OwnPasswords = { change: (change: Change) => Promise<void> };

export function keepOwnPasswords(
  prisma: PrismaClient,
  attempts: Attempts,
  passwordMemory: number,
): OwnPasswords {
  return {
    async change({ principal, currentPassword, newPassword, address }) {
      const { userId, sessionId, name, email } = principal;
      if (newPassword === currentPassword) throw new Refused('PasswordUnchanged');
      const attempt = await attempts.begin({ email, address, as: 'password-change' });
      const account = await prisma.account.findFirst({
        where: { userId, providerId: 'credential' },
        select: { password: true },
      });
      const known = account?.password ?? null;
      if (known === null || !(await verifyPassword({ hash: known, password: currentPassword }))) {
        throw new Refused('CurrentPasswordWrong');
      }
      await attempt.forgotten();
      await requireGoodPassword(newPassword, [name, email]);
      const hash = await hashPassword(newPassword, passwordMemory);
      await prisma.$executeRaw`select auth.change_password(${userId}, ${sessionId}, ${hash})`;
    },
  };
}
