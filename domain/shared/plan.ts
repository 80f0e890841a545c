/**
 * What lies ahead of something that changes over time: dated milestones in order, and the rules by which
 * they were planned.
 */
import { addDays, openingOf } from './day.ts';
import type { Day, Instant, Zone } from './day.ts';

/**
 * A day on which something becomes due. The kind `more` asks for the rest of a plan that was too long
 * to hand out at once.
 */
export type Milestone = {
  /** The same milestone on the same day has the same key, so that repeating it changes nothing. */
  key: string;
  kind: string;
  dueDay: Day;
};

/**
 * The version of the rules that a plan is made by. Reminder rules and calendars are numbered together, so
 * the greater version is the newer, and stands for the newest of each that were published until then.
 */
export type Rules = { rulesVersion: number };

/** The next milestones in order of time, and the rules they were made by. */
export type Plan = Rules & { milestones: Milestone[] };

/** The plan of what time does nothing to. */
export function emptyPlan({ rulesVersion }: Rules): Plan {
  return { rulesVersion, milestones: [] };
}

/** What the plan's `more` stands for: the state, as far as the rest of the plan asks of it. */
export function restOfPlan<State extends { milestonesPassedUntil: Day }>(
  state: State,
  more: Milestone,
): State {
  return { ...state, milestonesPassedUntil: addDays(more.dueDay, -1) };
}

/** A plan with its rest. */
export function mergePlans(plan: Plan, { milestones: rest }: Plan): Plan {
  const handedOut = plan.milestones.filter(({ kind }) => kind !== 'more');
  const added = rest.filter(({ key }) => !handedOut.some((each) => each.key === key));
  return { ...plan, milestones: [...handedOut, ...added] };
}

/** The instant at which a milestone's day begins in the zone of what it belongs to. */
export function dueAt({ dueDay }: Milestone, { zone }: { zone: Zone }): Instant {
  return openingOf(dueDay, zone);
}

/** All milestones that are due by today, in order; several when the engine was away. */
export function dueBy({ milestones }: Plan, today: Day): Milestone[] {
  return milestones.filter(({ dueDay }) => dueDay <= today);
}

/** The name under which the passing of these milestones is recorded once and for all. */
export function milestonesKey(due: readonly Milestone[]): string {
  return due.map(({ key }) => key).join('+');
}

/** The name of these rules, in keys and workflow ids. */
export function rulesKey({ rulesVersion }: Rules): string {
  return `rules/${rulesVersion}`;
}

/** The most milestones that one plan hands out. */
export const PLAN_LENGTH = 40;

/** The first of these milestones, and one that asks for `more` where there are too many. */
export function shortened(milestones: Milestone[]): Milestone[] {
  if (milestones.length <= PLAN_LENGTH) return milestones;
  const first = milestones.slice(0, PLAN_LENGTH - 1);
  const next = milestones[PLAN_LENGTH - 1];
  return next ? [...first, milestone('more', next.dueDay)] : first;
}

/** A milestone of this kind on this day. */
export function milestone(kind: string, dueDay: Day): Milestone {
  return { key: `${kind}/${dueDay}`, kind, dueDay };
}

/** Whether something is planned by older rules than these. */
export function isOlder(planned: Rules, { rulesVersion }: Rules): boolean {
  return planned.rulesVersion < rulesVersion;
}
