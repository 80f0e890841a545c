/** What would happen to an agreement if nobody did anything: the pure fold of its milestones. */
import { isEnded } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import { milestonesAhead, passMilestones } from '../../domain/milestones.ts';
import type { MilestoneFacts } from '../../domain/milestones.ts';
import type { Day } from '../../domain/shared/day.ts';
import { dueBy } from '../../domain/shared/plan.ts';

/** One day on which something will happen by itself. */
export type RehearsedDay = { day: Day; events: AgreementEvent[] };

/** Every day up to and including `until` on which time alone changes the agreement. */
export function rehearse(
  agreement: AgreementState,
  facts: MilestoneFacts,
  until: Day,
): RehearsedDay[] {
  const days: RehearsedDay[] = [];
  let current = agreement;
  while (!isEnded(current)) {
    const milestones = milestonesAhead(current, facts);
    const day = milestones[0]?.dueDay;
    if (day === undefined || day > until) break;

    const { state: next, events } = passMilestones(current, dueBy({ milestones }, day), day);
    days.push({ day, events });
    current = next;
  }
  return days;
}
