/** What a cause of change says about identity, day and request. */
import type { AgreementState } from '../domain/agreement/agreement.ts';
import type { Day } from '../domain/shared/day.ts';
import type { Cause } from '../workflows/messages.ts';

/** The identity under which a cause is recorded once and for all. */
export function keyOf(cause: Cause): string {
  return cause.by === 'person' ? cause.given.commandId : cause.key;
}

/** The business day on which the change happened. */
export function dayOf(cause: Cause): Day {
  return cause.by === 'person' ? cause.given.businessDay : cause.day;
}

/** The request that started it, or the milestone, for logs and mail. */
export function requestOf(agreement: AgreementState, cause: Cause): string {
  return cause.by === 'person' ? cause.given.requestId : `${agreement.id}/${cause.key}`;
}
