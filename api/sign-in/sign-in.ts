/**
 * Sessions, by better-auth. Nobody signs up; administrators make accounts, and a password that somebody else
 * chose works once, for some days, and has to be changed first. Passwords are written by PostgreSQL's
 * `open_account`, `reset_password` and `change_password`, in the transaction of roles, audit and trail.
 */
import { randomInt } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError } from 'better-auth/api';
import type { PrismaClient } from '../../prisma/client/client.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** The header in which the API hands over the caller's address, whatever proxies say. */
export const CLIENT_ADDRESS = 'x-mapalus-client-address';

/** How long (ms) a session lasts, and after how long one that is used lasts that long again. */
export const SESSION_LASTS = 12 * 60 * 60 * 1_000;
export const SESSION_RENEWED_AFTER = 60 * 60 * 1_000;

export type SignInOptions = {
  prisma: PrismaClient;
  baseUrl: string;
  /** Further origins from which the pages may be served. */
  trustedOrigins?: string[];
  secret: string;
  /** The memory (MiB) that hashing a password takes. */
  passwordMemory: number;
  /** For how many days a password works that somebody else chose. */
  oneTimePasswordDays: number;
};

export type SignIn = ReturnType<typeof createSignIn>;

export function createSignIn({ prisma, baseUrl, secret, ...options }: SignInOptions) {
  return betterAuth({
    baseURL: baseUrl,
    basePath: '/api/auth',
    secret,
    trustedOrigins: options.trustedOrigins ?? [],
    telemetry: { enabled: false },
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    logger: { disabled: true },
    // What the library did not foresee, as PostgreSQL being away, is for the API to answer.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: (password) => hashPassword(password, options.passwordMemory),
        verify: verifyPassword,
      },
    },
    session: { expiresIn: SESSION_LASTS / 1_000, updateAge: SESSION_RENEWED_AFTER / 1_000 },
    // Failures are counted by `attempts.ts`, successes by nobody.
    rateLimit: { enabled: false },
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
      useSecureCookies: baseUrl.startsWith('https:'),
    },
    databaseHooks: {
      session: {
        create: {
          // The password was right; whether the account may be entered with it is decided here, in one
          // statement, so that of two that come at once one gets in.
          before: async ({ userId }) => {
            const entered = await prisma.$executeRaw`
              update auth."user" set password_used_at = now()
              where id = ${userId} and closed_at is null and (not must_change_password
                or password_given_at is null or password_used_at is null
                and password_given_at > now() - ${options.oneTimePasswordDays} * interval '1 day')`;
            if (entered > 0) return;
            const { closedAt } = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
            throw new APIError('UNAUTHORIZED', {
              code: closedAt ? 'ACCOUNT_CLOSED' : 'ONE_TIME_PASSWORD_SPENT',
            });
          },
        },
      },
    },
  });
}

// Letters and digits that cannot be mistaken for one another when read from paper.
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be used once: four groups of five, about 99 bits. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: 5 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
