/**
 * Renewal: a new agreement through the full procedure, linked to the one before. The predecessor
 * ends by itself on its last day; how the two follow each other is a relation, not a state.
 */
import { isFullySigned, neverInForce } from './agreement.ts';
import type { AgreementId } from '../shared/ids.ts';
import type { AgreementState, Ending, Kind, Stage } from './agreement.ts';
import { daysBetween } from '../shared/day.ts';
import type { Term } from '../shared/day.ts';
import type { RenewalState, Decision } from './transition.ts';
import { ruleBroken } from './refusals.ts';

/** What the rules ask about the agreement that is to be renewed. */
export type Predecessor = {
  id: AgreementId;
  kind: Kind;
  stage: Stage;
  term: Term;
  ending: Ending | null;
  renewal: AgreementState['renewal'];
};

/** What a renewal's workflow reports to its predecessor's. */
export type RenewalStatus = { id: AgreementId; state: 'running' | 'signed' | 'withdrawn' };

/** Refuses the renewal of what was never in force, of what was ended or is to end, and a second renewal. */
export function requireRenewable(predecessor: Predecessor, kind: Kind, term: Term): void {
  const { id, stage, ending } = predecessor;
  const expired = stage === 'ended' && ending?.reason === 'expired';
  const goesOn = stage === 'active' && ending === null;
  if ((!goesOn && !expired) || predecessor.kind !== kind) {
    throw ruleBroken('NotRenewable', { agreement: id, stage, kind: predecessor.kind });
  }
  if (predecessor.renewal) {
    throw ruleBroken('RenewalRunning', { agreement: id, renewal: predecessor.renewal.id });
  }
  if (term.start <= predecessor.term.start) {
    throw ruleBroken('NotRenewable', { agreement: id, stage, start: predecessor.term.start });
  }
}

/** Notes how the renewal fares, so that reminders can say so. */
export function noteRenewal(agreement: AgreementState, news: RenewalStatus): Decision {
  const { id, state } = news;
  const current = agreement.renewal;
  const stale = current?.id !== id && state === 'withdrawn';
  const unchanged = current?.id === id && current.state === state;
  if (stale || unchanged) return { state: agreement, events: [] };
  return {
    state: { ...agreement, renewal: state === 'withdrawn' ? null : { id, state } },
    events: [{ kind: 'renewal-moved', renewal: id, state }],
  };
}

/** What a renewal would report of itself as it stands now. */
export function renewalStatusOf(renewal: AgreementState): RenewalStatus {
  const signed = isFullySigned(renewal) ? 'signed' : 'running';
  return { id: renewal.id, state: neverInForce(renewal) ? 'withdrawn' : signed };
}

/** Where an agreement's renewal stands, in one word. */
export function renewalState({ renewal }: Pick<AgreementState, 'renewal'>): RenewalState {
  return renewal?.state ?? 'none';
}

/**
 * Days without an agreement between one and the next; 0 when they touch or overlap. Says nothing
 * about months for which people's contribution went unpaid.
 */
export function gapDays(before: Term, after: Term): number {
  return Math.max(0, daysBetween(before.end, after.start) - 1);
}
