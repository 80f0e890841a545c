/**
 * Errors of libraries and of PostgreSQL may quote the values they choked on. Failures are stored
 * in Temporal's history, so what is not one of our own is reduced to its class and SQLSTATE.
 */
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Lets no error text leave an activity unless Temporal itself made it. */
export const reduceErrors: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof CancelledFailure || error instanceof TemporalFailure) throw error;
        throw ApplicationFailure.retryable(reduced(error), 'Unexpected');
      }
    },
  },
});

/** An error's class and, where PostgreSQL raised it, its SQLSTATE. Nothing else. */
export function reduced(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const state = sqlState(error);
  return state ? `${name} ${state}` : name;
}

// Prisma wraps what PostgreSQL said; its own codes (P2010 and the like) say less.
function sqlState(error: unknown, depth = 0): string | undefined {
  if (error === null || typeof error !== 'object' || depth > 5) return undefined;
  const { code, originalCode, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  const inner = [driverAdapterError, meta, cause].map((each) => sqlState(each, depth + 1));
  const own = [originalCode, code].filter(
    (each): each is string => typeof each === 'string' && /^[0-9A-Z]{5}$/.test(each),
  );
  return [...inner, ...own].find((state) => state !== undefined);
}
