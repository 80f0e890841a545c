/**
 * Sessions and people's own passwords, by better-auth. Nobody signs up; administrators make
 * accounts, and a password that somebody else chose has to be changed first. Both are written by
 * PostgreSQL's `open_account` and `reset_password`, in the transaction of roles and audit.
 */
import { randomInt } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import type { PrismaClient } from '../../prisma/client/client.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** The header in which the API hands over the caller's address, whatever proxies say. */
export const CLIENT_ADDRESS = 'x-mapalus-client-address';

/** How many characters a password has at least and at most. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

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
  rateLimit?: boolean;
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
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      password: {
        hash: (password) => hashPassword(password, options.passwordMemory),
        verify: verifyPassword,
      },
    },
    user: {
      additionalFields: {
        mustChangePassword: { type: 'boolean', required: false, defaultValue: false, input: false },
      },
    },
    session: { expiresIn: SESSION_LASTS / 1_000, updateAge: SESSION_RENEWED_AFTER / 1_000 },
    rateLimit: {
      enabled: options.rateLimit ?? true,
      storage: 'database',
      // Everything else goes through the API, which reads sessions without this limit.
      window: 60,
      max: 100,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/change-password': { window: 60, max: 10 },
      },
    },
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
      useSecureCookies: baseUrl.startsWith('https:'),
    },
    hooks: {
      before: createAuthMiddleware((context) => {
        const { currentPassword, newPassword } = (context.body ?? {}) as Record<string, unknown>;
        if (context.path === '/change-password' && newPassword === currentPassword) {
          throw new APIError('UNPROCESSABLE_ENTITY', { code: 'PASSWORD_UNCHANGED' });
        }
        return Promise.resolve();
      }),
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
