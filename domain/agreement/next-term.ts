/** The term with which a renewal is filled in, before people change it. */
import { addDays, daysBetween, later, yearOf } from '../shared/day.ts';
import type { Day, Term } from '../shared/day.ts';

const MONTHS = 12;

/**
 * The term after a term: it begins on the day after, or today when that has passed, and lasts as long. Whole
 * months and years stay whole. A year, half or quarter of the calendar is followed by the next one, or by
 * what is left of the present one; what ended with another year ends with a year again.
 */
export function nextTerm(before: Term, today: Day): Term {
  const start = addDays(before.end, 1);
  const months = wholeMonths(before);
  const lasting = (from: Day) =>
    months > 0
      ? addDays(inMonths(from, months), -1)
      : addDays(from, daysBetween(before.start, before.end));

  if (isCalendarPeriod(before, months)) {
    let from = start;
    while (lasting(from) < today) from = addDays(lasting(from), 1);
    return { start: later(start, today), end: lasting(from) };
  }
  const begin = later(start, today);
  const isWholeYears = months > 0 && months % MONTHS === 0 && begin === start;
  if (before.end.endsWith('-12-31') && !isWholeYears) {
    return { start: begin, end: `${yearOf(begin)}-12-31` };
  }
  return { start: begin, end: lasting(begin) };
}

// A half begins in January or July, a quarter every three months, a year or several in January.
function isCalendarPeriod({ start }: Term, months: number): boolean {
  if (months === 0 || !start.endsWith('-01')) return false;
  const divides = months % MONTHS === 0 || MONTHS % months === 0;
  return divides && (monthOf(start) - 1) % Math.min(months, MONTHS) === 0;
}

/** How many months a term lasts to the day; 0 when it lasts some days more or less. */
function wholeMonths({ start, end }: Term): number {
  const next = addDays(end, 1);
  const months = (yearOf(next) - yearOf(start)) * MONTHS + monthOf(next) - monthOf(start);
  return [months, months - 1].find((each) => each > 0 && inMonths(start, each) === next) ?? 0;
}

// The same day of another month; the first of the next where there is none.
function inMonths(day: Day, months: number): Day {
  const at = yearOf(day) * MONTHS + monthOf(day) - 1 + months;
  const first = `${Math.floor(at / MONTHS)}-${String((at % MONTHS) + 1).padStart(2, '0')}-01`;
  const following = addDays(first, 31).slice(0, 8).concat('01');
  const same = addDays(first, Number(day.slice(8)) - 1);
  return same < following ? same : following;
}

function monthOf(day: Day): number {
  return Number(day.slice(5, 7));
}
