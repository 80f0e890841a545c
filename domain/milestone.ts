/**
 * What time does to an agreement. The plan lists the dated milestones ahead; settling deals with
 * everything that is due at once. Both are pure, so that a rehearsal needs no server.
 */
import { isFullySigned } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import { addDays, daysBetween, later, openingOf } from './day.ts';
import type { Day, Instant } from './day.ts';
import { quietChange } from './happening.ts';
import type { Change, Happening, Step } from './happening.ts';
import { renewalState } from './renewal.ts';
import { comeIntoForce } from './signing.ts';
import { enter } from './stage.ts';

/** How many days before the end people are reminded, and at what hour mail leaves. */
export type ReminderPolicy = { version: number; daysBefore: number[]; mailHour: number };

/**
 * A day on which something becomes due. `expiry` is due on the day after the last day in force;
 * `more` asks for the rest of a plan that was too long to hand out at once.
 */
export type Milestone = {
  /** The same milestone on the same day has the same key, so that repeating it changes nothing. */
  key: string;
  kind: 'start' | 'reminder' | 'expiry' | 'more';
  dueDay: Day;
};

/** The versions of the rules that a plan is made by. */
export type Rules = { policyVersion: number; calendarVersion: number };

/** Whether something is planned by older rules than the newest. */
export function isOlder(planned: Rules, newest: Rules): boolean {
  return (
    planned.policyVersion < newest.policyVersion || planned.calendarVersion < newest.calendarVersion
  );
}

/** The next milestones in order of time, and the rules they were made by. */
export type Plan = Rules & { milestones: Milestone[] };

/** The plan of an agreement to which time does nothing. */
export function planOfNothing(agreement: AgreementState): Plan {
  const { policyVersion, calendarVersion } = agreement;
  return { policyVersion, calendarVersion, milestones: [] };
}

/** The most milestones that one plan hands out. */
export const PLAN_LENGTH = 40;

/** Whether time alone can do anything to this agreement. */
export function hasMilestones(agreement: AgreementState): boolean {
  return (
    agreement.stage === 'active' || (agreement.stage === 'signing' && isFullySigned(agreement))
  );
}

/** What is ahead of this agreement under this policy. */
export function planMilestones(
  agreement: AgreementState,
  policy: ReminderPolicy,
  calendarVersion: number,
): Plan {
  return {
    policyVersion: policy.version,
    calendarVersion,
    milestones: shortened(aheadOf(agreement, policy)),
  };
}

/** Whether an agreement has the same days ahead by one policy as by another. */
export function sameDaysAhead(
  agreement: AgreementState,
  one: ReminderPolicy,
  other: ReminderPolicy,
): boolean {
  const days = (policy: ReminderPolicy) => settlementKey(aheadOf(agreement, policy));
  return days(one) === days(other);
}

/** What the plan's `more` stands for: the agreement, as far as the rest of the plan asks of it. */
export function beyond(agreement: AgreementState, more: Milestone): AgreementState {
  return { ...agreement, settledThrough: addDays(more.dueDay, -1) };
}

/** A plan with its rest. */
export function extended(plan: Plan, { milestones: rest }: Plan): Plan {
  const handedOut = plan.milestones.filter(({ kind }) => kind !== 'more');
  const added = rest.filter(({ key }) => !handedOut.some((each) => each.key === key));
  return { ...plan, milestones: [...handedOut, ...added] };
}

/** The instant at which a milestone's day begins in the agreement's zone. */
export function dueAt({ dueDay }: Milestone, { zone }: AgreementState): Instant {
  return openingOf(dueDay, zone);
}

/** All milestones that are due by today, in order; several when the engine was away. */
export function dueBy({ milestones }: Plan, today: Day): Milestone[] {
  return milestones.filter(({ dueDay }) => dueDay <= today);
}

/**
 * Deals with due milestones at once: stage changes happen in their order, and of several
 * reminders only the last is sent, telling which were missed. Each change of stage is told with
 * the day on which it was due.
 */
export function settle(agreement: AgreementState, due: readonly Milestone[], today: Day): Change {
  const happened: Happening[] = [];
  let settled = agreement;

  const start = due.find(({ kind }) => kind === 'start');
  const expiry = due.find(({ kind }) => kind === 'expiry');
  if (start) {
    const inForce = comeIntoForce(settled, { businessDay: start.dueDay });
    settled = inForce.agreement;
    if (inForce.happened.length > 0) happened.push({ kind: 'started' }, ...inForce.happened);
  }
  const reminders = due.filter(({ kind }) => kind === 'reminder');
  const offsets = reminders.map(({ dueDay }) => daysBetween(dueDay, agreement.term.end));
  const renewal = renewalState(agreement);

  if (expiry) {
    const { end: lastDay } = agreement.term;
    const ended = enter(settled, 'ended', [], { businessDay: expiry.dueDay });
    settled = {
      ...ended,
      ending: { reason: 'expired', lawful: null, lastDay, supersededBy: null },
    };
    happened.push({ kind: 'expired', missed: offsets, renewal });
  } else if (reminders.length > 0) {
    const daysLeft = daysBetween(today, agreement.term.end);
    const sent = reminders.at(-1)?.dueDay === today ? 1 : 0;
    const missed = offsets.slice(0, offsets.length - sent);
    happened.push({ kind: 'reminded', daysLeft, missed, renewal });
  }

  const settledThrough = later(today, settled.settledThrough);
  return quietChange(agreement, { agreement: { ...settled, settledThrough }, happened });
}

/** Takes over newer rules, never older ones; the reminders that follow are planned afresh. */
export function adopt(agreement: AgreementState, rules: Rules): Step {
  const policyVersion = Math.max(agreement.policyVersion, rules.policyVersion);
  const calendarVersion = Math.max(agreement.calendarVersion, rules.calendarVersion);
  return {
    agreement: { ...agreement, policyVersion, calendarVersion },
    happened: [{ kind: 'replanned', policyVersion, calendarVersion }],
  };
}

/** The name under which the settling of these milestones is recorded once and for all. */
export function settlementKey(due: readonly Milestone[]): string {
  return due.map(({ key }) => key).join('+');
}

/** The name of a pair of rules, in keys and workflow ids. */
export function rulesKey({ policyVersion, calendarVersion }: Rules): string {
  return `rules/${policyVersion}.${calendarVersion}`;
}

// A change of stage is ahead until it has happened, however late it is noticed: an agreement whose
// last signature is recorded after its last day expires at once.
function aheadOf(agreement: AgreementState, policy: ReminderPolicy): Milestone[] {
  return milestonesOf(agreement, policy).filter(
    ({ kind, dueDay }) => kind !== 'reminder' || dueDay > agreement.settledThrough,
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

function milestone(kind: Milestone['kind'], dueDay: Day): Milestone {
  return { key: `${kind}/${dueDay}`, kind, dueDay };
}

function shortened(milestones: Milestone[]): Milestone[] {
  if (milestones.length <= PLAN_LENGTH) return milestones;
  const first = milestones.slice(0, PLAN_LENGTH - 1);
  const next = milestones[PLAN_LENGTH - 1];
  return next ? [...first, milestone('more', next.dueDay)] : first;
}
