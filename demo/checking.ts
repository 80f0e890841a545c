/**
 * Comparing what was written by hand with what the API answered. Nothing is computed here but
 * equality.
 */
import type { Day } from '../domain/shared/day.ts';
import { formatDay } from '../texts/format.ts';
import type { Found, Story } from './story.ts';

/** Where a figure comes from, and how people call it. */
export const KINDS = { published: 'berita', derived: 'hitungan', assumed: 'contoh' } as const;
export type FigureKind = keyof typeof KINDS;

export type Value = string | number | boolean | null | readonly Value[];

/** A figure as it is written by hand. */
export type Figure = { claim: string; kind: FigureKind; expected: Value };

/** A figure beside what the API answered; a row of `demo.json`. */
export type CheckedFigure = Figure & { story: string; actual: Value; ok: boolean };

/** Mails of one day about one agreement for one reason, and everybody they go to. */
export type MailRow = { day: Day; about: string; template: string; to: readonly string[] };

/** A mail as the API tells of it: the business day on which it left, and its one reader. */
export type SentMail = Omit<MailRow, 'to'> & { to: string; subject: string };

export type CheckedMail = Omit<MailRow, 'to'> & {
  subject: string;
  expected: readonly string[];
  actual: readonly string[];
  ok: boolean;
};

/** Everything that was checked. */
export type Checked = { figures: CheckedFigure[]; mails: CheckedMail[] };

/** Puts beside everything that was written by hand what the API answered. */
export function checkStory({ name, figures, mails }: Story, { seen, sent }: Found): Checked {
  return { figures: checkFigures(name, figures, seen), mails: checkMails(mails, sent) };
}

/** All of it as the rows of `demo.json`. */
export function rowsOf(story: Story, { figures, mails }: Checked): CheckedFigure[] {
  return [...figures, ...mails.map((row) => asFigure(story.name, row))];
}

/** Puts beside each figure what was read. */
export function checkFigures(
  story: string,
  figures: Readonly<Record<string, Figure>>,
  seen: Readonly<Record<string, Value>>,
): CheckedFigure[] {
  return Object.entries(figures).map(([name, figure]) => {
    const actual = seen[name] ?? null;
    return { story, ...figure, actual, ok: same(figure.expected, actual) };
  });
}

/** Puts beside each row the mails that were sent; what stands in no row becomes a row of its own. */
export function checkMails(rows: readonly MailRow[], sent: readonly SentMail[]): CheckedMail[] {
  const keyOf = ({ day, about, template }: Omit<MailRow, 'to'>) => `${day} ${about} ${template}`;
  const unforeseen = [...new Set(sent.map(keyOf))].filter(
    (key) => !rows.some((row) => keyOf(row) === key),
  );
  const all = [
    ...rows,
    ...unforeseen.flatMap((key) => sent.filter((mail) => keyOf(mail) === key).slice(0, 1)),
  ];
  return all
    .map(({ day, about, template, to }) => {
      const those = sent.filter((mail) => keyOf(mail) === keyOf({ day, about, template }));
      const expected = typeof to === 'string' ? [] : [...to].sort();
      const actual = those.map((mail) => mail.to).sort();
      const subject = those[0]?.subject ?? `(${template})`;
      return { day, about, template, subject, expected, actual, ok: same(expected, actual) };
    })
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
}

// A row of mails as a row of `demo.json`.
function asFigure(story: string, row: CheckedMail): CheckedFigure {
  const { day, about, template, expected, actual, ok } = row;
  const claim = `${LETTERS[template] ?? template} ${about}, ${formatDay(day)}`;
  return { story, claim, kind: 'assumed', expected, actual, ok };
}

const LETTERS: Record<string, string> = {
  'your-turn': 'Surat giliran',
  reminder: 'Surat pengingat',
  expired: 'Surat berakhir',
  returned: 'Surat pengembalian naskah',
};

function same(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
