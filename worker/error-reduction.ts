/**
 * Errors of libraries and of PostgreSQL may quote the values they choked on. Failures are stored
 * in Temporal's history, so what is not one of our own is reduced to its class and SQLSTATE.
 */
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { reduced } from '../config/reduced-error.ts';

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
