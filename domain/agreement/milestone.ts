/**
 * What an agreement's own term brings: its start, the reminders before its end, and its expiry or agreed end on
 * the day after its last. What other contexts plan for an agreement joins it in `domain/milestones.ts`.
 */
import type { ReminderPolicy } from '../calendar/reminder-policy.ts';
import { isFullySigned, lastDayOf } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import { addDays, daysBetween } from '../shared/day.ts';
import type { Day } from '../shared/day.ts';
import type { AgreementEvent, Decision } from './transition.ts';
import type { MilestoneSource } from '../shared/milestone-sources.ts';
import type { DayAhead, Milestone, Rules } from '../shared/plan.ts';
import { renewalState } from './renewal.ts';
import { comeIntoForce } from './signing.ts';
import { moveToStage } from './stage.ts';

/** The agreement as a source of milestones. */
export const AGREEMENT_MILESTONES: MilestoneSource<
  AgreementState,
  { policy: ReminderPolicy },
  AgreementEvent
> = { ahead: (agreement, { policy }) => daysAhead(agreement, policy), pass };

/** Whether an agreement has the same days ahead by one policy as by another. */
export function sameDaysAhead(
  agreement: AgreementState,
  one: ReminderPolicy,
  other: ReminderPolicy,
): boolean {
  const days = (policy: ReminderPolicy) => JSON.stringify(daysAhead(agreement, policy));
  return days(one) === days(other);
}

/**
 * Deals with due milestones at once: stage changes happen in their order, and of several
 * reminders only the last is sent, telling which were missed. Each change of stage is told with
 * the day on which it was due.
 */
function pass(agreement: AgreementState, due: readonly Milestone[], today: Day): Decision {
  const events: AgreementEvent[] = [];
  let passed = agreement;

  const start = due.find(({ kind }) => kind === 'start');
  const expiry = due.find(({ kind }) => kind === 'expiry');
  const ending = due.find(({ kind }) => kind === 'ending');
  if (start) {
    const inForce = comeIntoForce(passed, { businessDay: start.dueDay });
    passed = inForce.state;
    if (inForce.events.length > 0) events.push({ kind: 'started' }, ...inForce.events);
  }
  const reminders = due.filter(({ kind }) => kind === 'reminder');
  const offsets = reminders.map(({ dueDay }) => daysBetween(dueDay, agreement.term.end));
  const renewal = renewalState(agreement);

  if (ending) {
    const lastDay = lastDayOf(agreement);
    passed = moveToStage(passed, 'ended', [], { businessDay: ending.dueDay });
    events.push({ kind: 'ending-reached', lastDay });
  } else if (expiry) {
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
  return { state: passed, events };
}

/** Takes over newer rules, never older ones; the reminders that follow are planned afresh. */
export function adoptRules(agreement: AgreementState, rules: Rules): Decision {
  const rulesVersion = Math.max(agreement.rulesVersion, rules.rulesVersion);
  return { state: { ...agreement, rulesVersion }, events: [{ kind: 'replanned', rulesVersion }] };
}

// A change of stage is ahead until it has happened, however late it is noticed: an agreement whose
// last signature is recorded after its last day expires at once.
function daysAhead(agreement: AgreementState, policy: ReminderPolicy): DayAhead[] {
  return daysOf(agreement, policy).filter(
    ({ kind, dueDay }) => kind !== 'reminder' || dueDay > agreement.milestonesPassedUntil,
  );
}

// Time alone does nothing to what is not signed by all.
function daysOf(agreement: AgreementState, policy: ReminderPolicy): DayAhead[] {
  const { stage, term, ending } = agreement;
  // No reminders to renew an agreement whose end has been agreed on.
  if (stage === 'active' && ending) {
    return [{ kind: 'ending', dueDay: addDays(lastDayOf(agreement), 1) }];
  }
  const waits = stage === 'signing' && isFullySigned(agreement);
  if (stage !== 'active' && !waits) return [];

  const reminders = [...new Set(policy.daysBefore)]
    .sort((one, other) => other - one)
    .map((days) => ({ kind: 'reminder', dueDay: addDays(term.end, -days) }))
    // A reminder before the start would remind of what is not yet in force.
    .filter(({ dueDay }) => dueDay >= term.start);
  return [
    ...(waits ? [{ kind: 'start', dueDay: term.start }] : []),
    ...reminders,
    { kind: 'expiry', dueDay: addDays(term.end, 1) },
  ];
}
