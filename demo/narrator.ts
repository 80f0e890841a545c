/** How a story is told on a terminal: the business day, and below it what happened on it. */
import { isDay } from '../domain/shared/day.ts';
import type { Day } from '../domain/shared/day.ts';
import { formatDay, formatNumber, formatWeekday } from '../texts/format.ts';
import type { CheckedFigure, CheckedMail, FigureKind, Value } from './checking.ts';
import { KINDS } from './checking.ts';

export type Narrator = ReturnType<typeof createNarrator>;

const WIDTH = 96;

/** Tells by calling `say` with finished lines. */
export function createNarrator(say: (line: string) => void) {
  let today: Day | undefined;
  return {
    title(text: string, note: string): void {
      say('');
      say(text);
      say('='.repeat(text.length));
      for (const line of wrapped(note, WIDTH)) say(line);
    },

    /** Opens a day; told once until another day is opened. */
    day(day: Day): void {
      if (day === today) return;
      today = day;
      say('');
      say(formatWeekday(day));
    },

    event(kind: FigureKind, text: string): void {
      for (const line of wrapped(`${text} [${KINDS[kind]}]`, WIDTH - 4, '  - ', '    ')) say(line);
    },

    mail(text: string): void {
      for (const line of wrapped(text, WIDTH - 4, '  @ ', '    ')) say(line);
    },

    /** The mails were told on their days; what remains is whether they are those of the table. */
    mails(rows: readonly CheckedMail[]): void {
      const count = rows.reduce((sum, { actual }) => sum + actual.length, 0);
      const differing = rows.filter(({ ok }) => !ok).length;
      const agree = differing === 0 ? 'semuanya cocok' : `${formatNumber(differing)} baris BEDA`;
      say('');
      say('Surat');
      say(
        `  ${formatNumber(count)} surat dalam ${formatNumber(rows.length)} baris tabel, ` +
          `menurut hari dan penerimanya: ${agree}`,
      );
    },

    figures(rows: readonly CheckedFigure[]): void {
      say('');
      say('Angka dan fakta');
      for (const { claim, kind, actual, ok } of rows) {
        const mark = ok ? 'cocok' : 'BEDA ';
        const text = `${claim}: ${inBrief(actual)}`;
        const head = `  ${mark}  [${KINDS[kind]}]`.padEnd(20);
        for (const line of wrapped(text, WIDTH - head.length, head, ' '.repeat(20))) say(line);
      }
    },

    /** What differs, each beside what was written; then how many of all. */
    verdict(rows: readonly CheckedFigure[], file: string): void {
      const differing = rows.filter(({ ok }) => !ok);
      if (differing.length > 0) {
        say('');
        say('Yang berbeda');
      }
      for (const { claim, expected, actual } of differing) {
        say(`  ${claim}`);
        say(`    tertulis: ${inWords(expected)}`);
        say(`    nyatanya: ${inWords(actual)}`);
      }
      say('');
      say(
        `${formatNumber(rows.length)} baris diperiksa, ${formatNumber(differing.length)} berbeda; ` +
          `semuanya tertulis di ${file}`,
      );
    },
  };
}

/** A value the way the tables print it. */
function inWords(value: Value): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'ya' : 'tidak';
  if (typeof value === 'string') return isDay(value) ? formatDay(value) : value;
  return value === null || value.length === 0 ? '(tidak ada)' : value.map(inWords).join(', ');
}

// People do not repeat themselves: what holds of both is said once.
function inBrief(value: Value): string {
  return inWords(Array.isArray(value) ? [...new Set<Value>(value)] : value);
}

function wrapped(text: string, width: number, first = '', next = first): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each, at) => (at === 0 ? first : next) + each);
}
