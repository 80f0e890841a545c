/** How a broken rule leaves the workflow sandbox. */
import { ApplicationFailure } from '@temporalio/workflow';
import { RuleBroken } from '../domain/shared/refusal.ts';
import type { Refusal } from '../domain/shared/refusal.ts';

/**
 * Runs a rule and reports a broken one the way Temporal can carry it: the code becomes the
 * failure's type, the parameters its details. Any other error is our bug and stops the task.
 */
export function orFailure<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (error instanceof RuleBroken) {
      throw ApplicationFailure.nonRetryable(error.code, error.code, error.params);
    }
    throw error;
  }
}

/** Runs a rule whose refusal is an answer and not an error. */
export function orRefusal<T>(rule: () => T): { done: T } | { refusal: Refusal } {
  try {
    return { done: rule() };
  } catch (error) {
    if (error instanceof RuleBroken) {
      return { refusal: { code: error.code, params: error.params } };
    }
    throw error;
  }
}
