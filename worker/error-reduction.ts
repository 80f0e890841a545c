/**
 * Errors of libraries and of PostgreSQL may quote the values they choked on. Failures are stored
 * in Temporal's history, so what is not one of our own is reduced to its class and SQLSTATE.
 */
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Context } from '@temporalio/activity';

/** Lets no error text leave an activity unless Temporal itself made it. */
export const reduceErrors: ActivityInterceptorsFactory = (context: Context) => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof CancelledFailure || error instanceof TemporalFailure) throw error;
        context.log.warn('activity failed', {
          error: reduced(error),
          attempt: context.info.attempt,
        });
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

function sqlState(error: unknown, depth = 0): string | undefined {
  if (error === null || typeof error !== 'object' || depth > 5) return undefined;
  const { code, originalCode, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  for (const candidate of [originalCode, code]) {
    if (typeof candidate === 'string' && /^[0-9A-Z]{5}$/.test(candidate)) return candidate;
  }
  return [cause, meta, driverAdapterError]
    .map((inner) => sqlState(inner, depth + 1))
    .find((state) => state !== undefined);
}
