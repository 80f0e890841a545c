/**
 * Milestones that several contexts give one kind of entity. Each context is a source: it says which days lie
 * ahead and what those do that are due. A table joins the sources (for agreements, domain/milestones.ts).
 *
 * Milestones are planned in the order of their days, and those of one day in the order of the table. What
 * is due passes source by source, in the same order, each with all of its own at once; so a source finds
 * what the sources before it have made of the day, and tells once of what was missed.
 */
import { later } from './day.ts';
import type { Day } from './day.ts';
import { milestone } from './plan.ts';
import type { DayAhead, Milestone } from './plan.ts';

/** One context's milestones. `Facts` is what its tables say; rules are pure and read nothing. */
export type MilestoneSource<State, Facts, Event> = {
  /**
   * The days ahead, in order; no day, kind and stage twice. What has passed is left out, by the state's
   * `milestonesPassedUntil` or by what the passing has changed, or else it passes again at once.
   */
  ahead: (state: State, facts: Facts) => readonly DayAhead[];
  /** What those do that are due, all at once, today. */
  pass: (state: State, due: readonly Milestone[], today: Day) => { state: State; events: Event[] };
};

/** The sources by name. */
export type MilestoneSources<State, Facts, Event> = Record<
  string,
  MilestoneSource<State, Facts, Event>
>;

/** What lies ahead by all sources. */
export function aheadBy<State, Facts>(
  sources: MilestoneSources<State, Facts, unknown>,
  state: State,
  facts: Facts,
): Milestone[] {
  return Object.entries(sources)
    .flatMap(([name, source]) => source.ahead(state, facts).map((each) => milestone(name, each)))
    .sort((one, other) => Number(one.dueDay > other.dueDay) - Number(one.dueDay < other.dueDay));
}

/** What the sources do with what is due today. */
export function passBy<State extends { milestonesPassedUntil: Day }, Event>(
  sources: MilestoneSources<State, never, Event>,
  state: State,
  due: readonly Milestone[],
  today: Day,
): { state: State; events: Event[] } {
  let passed = state;
  const events: Event[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const own = due.filter((each) => each.source === name);
    if (own.length === 0) continue;
    const done = source.pass(passed, own, today);
    passed = done.state;
    events.push(...done.events);
  }
  const milestonesPassedUntil = later(today, passed.milestonesPassedUntil);
  return { state: { ...passed, milestonesPassedUntil }, events };
}
