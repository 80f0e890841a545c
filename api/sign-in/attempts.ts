/**
 * Attempts to get in by a password, and how many may fail. They are counted by the account that was tried and
 * by the place that tried it, both as keyed hashes, in the trail that administrators read.
 */
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { PrismaClient } from '../../prisma/client/client.ts';
import { Refused } from '../http/problems.ts';

/** How many attempts may fail in a quarter of an hour, until one is taken in every `wait` seconds. */
export type AttemptLimits = {
  /** Of one account from one address. */
  here: number;
  /** Of one account from all addresses. */
  anywhere: number;
  /** Of all accounts from one address. */
  address: number;
  wait: number;
};

/** What is tried: to sign in, or to say the password that is to be changed. */
export type Tried = { email: string; address: string; as: 'sign-in' | 'password-change' };

/** An attempt that has begun; it counts as a failure until it is said to be none. */
export type Attempt = {
  /** Somebody got in. */
  succeeded: (userId: string) => Promise<void>;
  /** The password was right, and something else was in the way. */
  refused: (code: string) => Promise<void>;
  /** It was no attempt: nothing is kept of it. */
  forgotten: () => Promise<void>;
};

export type Attempts = { begin: (tried: Tried) => Promise<Attempt> };

const KINDS = {
  'sign-in': ['sign-in-refused', 'SignInWrong'],
  'password-change': ['password-refused', 'CurrentPasswordWrong'],
} as const;

/** Counts in these tables, under this secret. */
export function countAttempts(
  prisma: PrismaClient,
  secret: string,
  { here, anywhere, address: place, wait }: AttemptLimits,
): Attempts {
  const keyOf = (kind: string, value: string) =>
    createHmac('sha256', secret).update(`attempt/${kind}/${value}`).digest();
  return {
    async begin({ email, address, as }) {
      const account = email.trim().toLowerCase();
      const user = await prisma.user.findUnique({
        where: { email: account },
        select: { id: true },
      });
      const [kind, code] = KINDS[as];
      const [begun] = await prisma.$queryRaw<{ event: bigint | null; seconds: number }[]>`
        select event, seconds from auth.begin_attempt(${kind}, ${code}, ${user?.id ?? null},
          ${keyOf('account', account)}, ${keyOf('address', placeOf(address))},
          ${here}::int, ${anywhere}::int, ${place}::int, ${wait}::int)`;
      const { event: id = null, seconds = wait } = begun ?? {};
      if (id === null) throw new Refused('TooManyAttempts', { seconds });
      const settle = (data: { kind?: string; code: string | null; userId?: string }) =>
        prisma.securityEvent.update({ where: { id }, data });
      return {
        succeeded: async (userId) => void (await settle({ kind: 'sign-in', code: null, userId })),
        refused: async (because) => void (await settle({ code: because })),
        forgotten: async () => void (await prisma.securityEvent.delete({ where: { id } })),
      };
    },
  };
}

// Whoever has an address of IPv6 usually has 2^64 of them.
function placeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const gap = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  return [...(before ?? []), ...Array<string>(gap).fill('0'), ...(after ?? [])]
    .slice(0, 4)
    .join(':');
}
