/**
 * The milestones of agreements: one row for each context that gives them any. Those of one day pass in the
 * order of the rows, which is the order of the contexts. `activities/milestones.ts` reads what the rows plan
 * from and records what has passed.
 */
import { AGREEMENT_MILESTONES } from './agreement/milestone.ts';
import type { AgreementState } from './agreement/agreement.ts';
import { numbered } from './agreement/transition.ts';
import type { AgreementEvent, Transition } from './agreement/transition.ts';
import type { ReminderPolicy } from './calendar/reminder-policy.ts';
import type { Day } from './shared/day.ts';
import { aheadBy, passBy } from './shared/milestone-sources.ts';
import type { MilestoneSources } from './shared/milestone-sources.ts';
import type { Milestone } from './shared/plan.ts';

/** What tables say that milestones are planned from. */
export type MilestoneFacts = { policy: ReminderPolicy };

const SOURCES = {
  agreement: AGREEMENT_MILESTONES,
} satisfies MilestoneSources<AgreementState, MilestoneFacts, AgreementEvent>;

/** The contexts that give agreements milestones. */
export type MilestoneSourceName = keyof typeof SOURCES;

/** What lies ahead of an agreement, in the order in which it passes. */
export function milestonesAhead(agreement: AgreementState, facts: MilestoneFacts): Milestone[] {
  return aheadBy(SOURCES, agreement, facts);
}

/** What due milestones make of an agreement, all at once. */
export function passMilestones(
  agreement: AgreementState,
  due: readonly Milestone[],
  today: Day,
): Transition {
  return numbered(agreement, passBy(SOURCES, agreement, due, today));
}
