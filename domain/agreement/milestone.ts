/**
 * What time does to an agreement: its start, the reminders before its end, and its expiry on the day
 * after its last. Pure, so that a rehearsal needs no server.
 */
import type { ReminderPolicy } from '../calendar/reminder-policy.ts';
import { isFullySigned } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import { addDays, daysBetween, later } from '../shared/day.ts';
import type { Day } from '../shared/day.ts';
import { numbered } from './transition.ts';
import type { Transition, AgreementEvent, Decision } from './transition.ts';
import { milestone, milestonesKey, shortened } from '../shared/plan.ts';
import type { Milestone, Plan, Rules } from '../shared/plan.ts';
import { renewalState } from './renewal.ts';
import { comeIntoForce } from './signing.ts';
import { moveToStage } from './stage.ts';

/** What days bring to an agreement. */
export type AgreementMilestone = 'start' | 'reminder' | 'expiry';

/** Whether time alone can do anything to this agreement. */
export function hasMilestones(agreement: AgreementState): boolean {
  return (
    agreement.stage === 'active' || (agreement.stage === 'signing' && isFullySigned(agreement))
  );
}

/** What is ahead of this agreement under this policy, the one of its rules. */
export function planMilestones(agreement: AgreementState, policy: ReminderPolicy): Plan {
  const { rulesVersion } = agreement;
  return { rulesVersion, milestones: shortened(aheadOf(agreement, policy)) };
}

/** Whether an agreement has the same days ahead by one policy as by another. */
export function sameDaysAhead(
  agreement: AgreementState,
  one: ReminderPolicy,
  other: ReminderPolicy,
): boolean {
  const days = (policy: ReminderPolicy) => milestonesKey(aheadOf(agreement, policy));
  return days(one) === days(other);
}

/**
 * Deals with due milestones at once: stage changes happen in their order, and of several
 * reminders only the last is sent, telling which were missed. Each change of stage is told with
 * the day on which it was due.
 */
export function passMilestones(
  agreement: AgreementState,
  due: readonly Milestone[],
  today: Day,
): Transition {
  const events: AgreementEvent[] = [];
  let passed = agreement;

  const start = due.find(({ kind }) => kind === 'start');
  const expiry = due.find(({ kind }) => kind === 'expiry');
  if (start) {
    const inForce = comeIntoForce(passed, { businessDay: start.dueDay });
    passed = inForce.state;
    if (inForce.events.length > 0) events.push({ kind: 'started' }, ...inForce.events);
  }
  const reminders = due.filter(({ kind }) => kind === 'reminder');
  const offsets = reminders.map(({ dueDay }) => daysBetween(dueDay, agreement.term.end));
  const renewal = renewalState(agreement);

  if (expiry) {
    const { end: lastDay } = agreement.term;
    const ended = moveToStage(passed, 'ended', [], { businessDay: expiry.dueDay });
    passed = {
      ...ended,
      ending: { reason: 'expired', lawful: null, lastDay, supersededBy: null },
    };
    events.push({ kind: 'expired', missed: offsets, renewal });
  } else if (reminders.length > 0) {
    const daysLeft = daysBetween(today, agreement.term.end);
    const sent = reminders.at(-1)?.dueDay === today ? 1 : 0;
    const missed = offsets.slice(0, offsets.length - sent);
    events.push({ kind: 'reminded', daysLeft, missed, renewal });
  }

  const milestonesPassedUntil = later(today, passed.milestonesPassedUntil);
  return numbered(agreement, {
    state: { ...passed, milestonesPassedUntil },
    events,
  });
}

/** Takes over newer rules, never older ones; the reminders that follow are planned afresh. */
export function adoptRules(agreement: AgreementState, rules: Rules): Decision {
  const rulesVersion = Math.max(agreement.rulesVersion, rules.rulesVersion);
  return { state: { ...agreement, rulesVersion }, events: [{ kind: 'replanned', rulesVersion }] };
}

// A change of stage is ahead until it has happened, however late it is noticed: an agreement whose
// last signature is recorded after its last day expires at once.
function aheadOf(agreement: AgreementState, policy: ReminderPolicy): Milestone[] {
  return milestonesOf(agreement, policy).filter(
    ({ kind, dueDay }) => kind !== 'reminder' || dueDay > agreement.milestonesPassedUntil,
  );
}

function milestonesOf(agreement: AgreementState, policy: ReminderPolicy): Milestone[] {
  const { stage, term } = agreement;
  if (!hasMilestones(agreement)) return [];

  const start = stage === 'signing' ? [milestone('start', term.start)] : [];
  const reminders = [...new Set(policy.daysBefore)]
    .sort((one, other) => other - one)
    .map((days) => milestone('reminder', addDays(term.end, -days)))
    // A reminder before the start would remind of what is not yet in force.
    .filter(({ dueDay }) => dueDay >= term.start);
  return [...start, ...reminders, milestone('expiry', addDays(term.end, 1))];
}
