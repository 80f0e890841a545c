/** The title with which a renewal is filled in, before people change it. */
import { yearOf } from '../../../domain/shared/day.ts';
import type { Day, Term } from '../../../domain/shared/day.ts';

const MONTH = new Intl.DateTimeFormat('id', { month: 'long', timeZone: 'UTC' });
const ROMAN = ['I', 'II', 'III', 'IV'];

/**
 * The title of the next: what it says of the term moves on, such as years, the months from and to, a half
 * (semester) or a quarter (triwulan). Everything else stays.
 */
export function nextTitle(title: string, before: Term, after: Term): string {
  const said = new Map([...yearsOf(before, after), ...monthsOf(title, before, after)]);
  const words = [...said.keys()].sort((one, other) => other.length - one.length);
  const moved = title.replace(
    new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'gu'),
    (word) => said.get(word) ?? word,
  );
  return partMoved(partMoved(moved, 'semester', 6, before, after), 'triwulan', 3, before, after);
}

// The years of the term: the last is that of the last day, every other as far from the first as before.
function yearsOf(before: Term, after: Term): [string, string][] {
  const [first, last] = [yearOf(before.start), yearOf(before.end)];
  return Array.from({ length: last - first + 1 }, (_, nth) => {
    const moved = nth > 0 && first + nth === last ? yearOf(after.end) : yearOf(after.start) + nth;
    return [String(first + nth), String(moved)];
  });
}

// Only where both are named: one month alone may be something else.
function monthsOf(title: string, before: Term, after: Term): [string, string][] {
  const [from, to] = [monthName(before.start), monthName(before.end)];
  if (from === to || !title.includes(from) || !title.includes(to)) return [];
  return [
    [from, monthName(after.start)],
    [to, monthName(after.end)],
  ];
}

function partMoved(title: string, word: string, months: number, before: Term, after: Term): string {
  const partOf = (day: Day) => Math.floor((Number(day.slice(5, 7)) - 1) / months);
  const [from, to] = [partOf(before.start), partOf(after.start)];
  if (partOf(before.end) !== from) return title;
  const [roman = '', moved = ''] = [ROMAN[from], ROMAN[to]];
  return title.replace(
    new RegExp(`(${word}\\s+)(${roman}|${from + 1})(?![\\p{L}\\p{N}])`, 'giu'),
    (_, name: string, part: string) => name + (part === roman ? moved : String(to + 1)),
  );
}

function monthName(day: Day): string {
  return MONTH.format(new Date(day));
}
