/** What a renewal is filled in with, before people change it. */
import { addDays, daysBetween, later, yearOf } from '../../../domain/shared/day.ts';
import type { Day, Term } from '../../../domain/shared/day.ts';

/**
 * The term after a term: begins on the day after it, or today when that has passed, and lasts as
 * long. Whole years stay whole; what ended with a year ends with a year again.
 */
export function nextTerm(before: Term, today: Day): Term {
  const start = later(addDays(before.end, 1), today);
  const years = wholeYears(before);
  if (years > 0 && start === addDays(before.end, 1)) {
    return { start, end: addDays(inYears(start, years), -1) };
  }
  if (before.end.endsWith('-12-31')) return { start, end: `${yearOf(start)}-12-31` };
  return { start, end: addDays(start, daysBetween(before.start, before.end)) };
}

/** The title of the next: the year in it moves on, when there is one. */
export function nextTitle(title: string, before: Term, after: Term): string {
  const [from, to] = [String(yearOf(before.start)), String(yearOf(after.start))];
  return title.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to);
}

function wholeYears({ start, end }: Term): number {
  const years = yearOf(addDays(end, 1)) - yearOf(start);
  return years > 0 && addDays(end, 1) === inYears(start, years) ? years : 0;
}

// The same day of another year; 29 February becomes 1 March where there is none.
function inYears(day: Day, years: number): Day {
  const moved = `${yearOf(day) + years}${day.slice(4)}`;
  return addDays(addDays(moved.replace('-02-29', '-02-28'), 0), day.endsWith('-02-29') ? 1 : 0);
}
