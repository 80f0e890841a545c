/** What a check says when something is not as it was promised. */

export type CheckName =
  | 'promises'
  | 'answers'
  | 'order'
  | 'copies'
  | 'plans'
  | 'histories'
  | 'reservations'
  | 'mail'
  | 'audit'
  | 'rest';

export type Finding = {
  check: CheckName;
  /** The agreement, command, mail or part that it is about. */
  about: string;
  what: string;
};

/** What a check looked at, and what it found. */
export type Checked = { looked: number; findings: Finding[] };

/** Which of these stand more than once. */
export function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) again.add(key);
    seen.add(key);
  }
  return [...again];
}

/** The items by what they have in common. */
export function grouped<Item>(
  items: readonly Item[],
  by: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return groups;
}
