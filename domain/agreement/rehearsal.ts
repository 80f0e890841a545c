/**
 * What would happen if nobody did anything: the pure fold of plan and rules. Shown as the days
 * ahead of an agreement, and proved equal to the engine day by day in the tests.
 */
import { isEnded } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import type { Day } from '../shared/day.ts';
import type { AgreementEvent } from './transition.ts';
import { planMilestones, passMilestones } from './milestone.ts';
import type { ReminderPolicy } from '../calendar/reminder-policy.ts';
import { dueBy } from '../shared/plan.ts';
import type { Milestone } from '../shared/plan.ts';

/** One day on which something will happen by itself. */
export type RehearsedDay = { day: Day; milestones: Milestone[]; events: AgreementEvent[] };

/** Every day up to and including `until` on which time alone changes the agreement. */
export function rehearse(
  agreement: AgreementState,
  policy: ReminderPolicy,
  until: Day,
): RehearsedDay[] {
  const days: RehearsedDay[] = [];
  let current = agreement;
  while (!isEnded(current)) {
    const plan = planMilestones(current, policy);
    const day = plan.milestones[0]?.dueDay;
    if (day === undefined || day > until) break;

    const milestones = dueBy(plan, day);
    const { state: next, events } = passMilestones(current, milestones, day);
    days.push({ day, milestones, events });
    current = next;
  }
  return days;
}
