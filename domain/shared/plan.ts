/**
 * What lies ahead of something that changes over time: dated milestones in order, and the rules by which
 * they were planned.
 */
import { addDays, openingOf } from './day.ts';
import type { Day, Instant, Zone } from './day.ts';

/** What a context plans for a day. */
export type DayAhead = {
  kind: string;
  /** Which of its kind it is, where a day may have several: a stage of the budget calendar, say. */
  stage?: string;
  dueDay: Day;
};

/** A day on which something becomes due. */
export type Milestone = {
  /** `source/kind/stage/day`. The same milestone has the same key, so that repeating it changes nothing. */
  key: string;
  /** The context that plans it and says what it does; `plan` asks for the rest of a long plan. */
  source: string;
  kind: string;
  stage: string | null;
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
export function emptyPlan(rules: Rules): Plan {
  return planOf(rules, []);
}

/**
 * The plan of what lies ahead by these rules, in order: the milestones of the next days, and one that asks
 * for the rest where there are too many to hand out at once. No day is divided.
 */
export function planOf({ rulesVersion }: Rules, ahead: readonly Milestone[]): Plan {
  const border = ahead[PLAN_LENGTH - 2]?.dueDay;
  const first = ahead.filter(({ dueDay }) => border === undefined || dueDay <= border);
  const next = ahead[first.length];
  const more = next ? [milestone('plan', { kind: 'more', dueDay: next.dueDay })] : [];
  return { rulesVersion, milestones: [...first, ...more] };
}

/** About how many milestones one plan hands out at most. */
const PLAN_LENGTH = 40;

/** Whether a milestone asks for the rest of its plan. */
export function asksForMore({ source }: Milestone): boolean {
  return source === 'plan';
}

/** The state by which the rest of a plan is made, when the milestone that asks for it has come. */
export function restOfPlan<State extends { milestonesPassedUntil: Day }>(
  state: State,
  more: Milestone,
): State {
  return { ...state, milestonesPassedUntil: addDays(more.dueDay, -1) };
}

/** A plan with its rest. */
export function mergePlans(plan: Plan, { milestones: rest }: Plan): Plan {
  const handedOut = plan.milestones.filter((each) => !asksForMore(each));
  const added = rest.filter(({ key }) => !handedOut.some((each) => each.key === key));
  return { ...plan, milestones: [...handedOut, ...added] };
}

/** The instant at which a milestone's day begins in the zone of what it belongs to. */
export function dueAt({ dueDay }: Milestone, { zone }: { zone: Zone }): Instant {
  return openingOf(dueDay, zone);
}

/** All milestones that are due by today, in order; several when the engine was away. */
export function dueBy({ milestones }: Pick<Plan, 'milestones'>, today: Day): Milestone[] {
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

/** A milestone of this source. */
export function milestone(source: string, { kind, stage, dueDay }: DayAhead): Milestone {
  const key = [source, kind, stage ?? '-', dueDay].join('/');
  return { key, source, kind, stage: stage ?? null, dueDay };
}

/** Whether something is planned by older rules than these. */
export function isOlder(planned: Rules, { rulesVersion }: Rules): boolean {
  return planned.rulesVersion < rulesVersion;
}
