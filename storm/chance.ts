/**
 * Chance that can be had again: numbers drawn from a seed. The plan of a storm follows from its
 * seed; how the processes then fall out in time does not.
 */

/** Draws from one sequence of numbers. */
export type Chance = {
  /** A whole number from `least` to `most`, both included. */
  between: (least: number, most: number) => number;
  /** True in this share (0 to 1) of the draws. */
  happens: (share: number) => boolean;
  /** One of several. */
  oneOf: <Item>(items: readonly Item[]) => Item;
  /** One of several, each as often as its weight says. */
  weighted: <Item>(items: readonly (readonly [item: Item, weight: number])[]) => Item;
  /** The same items in another order. */
  shuffled: <Item>(items: readonly Item[]) => Item[];
  /** A UUID of its own. */
  uuid: () => string;
};

/** The sequence of a seed; one purpose draws independently of another. */
export function chanceOf(seed: number, purpose: string): Chance {
  const next = mulberry(hashed(`${seed}/${purpose}`));
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const oneOf = <Item>(items: readonly Item[]): Item => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new Error('there is nothing to draw from');
    return item;
  };
  return {
    between,
    oneOf,
    happens: (share) => next() < share,
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      const drawn = items.find(([, weight]) => (left -= weight) < 0) ?? items.at(-1);
      if (!drawn) throw new Error('there is nothing to draw from');
      return drawn[0];
    },
    shuffled: (items) => {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = between(0, last);
        [order[last], order[other]] = [order[other] as never, order[last] as never];
      }
      return order;
    },
    uuid: () => {
      const digits = Array.from({ length: 32 }, () => between(0, 15).toString(16)).join('');
      const parts = [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `8${digits.slice(17, 20)}`,
        digits.slice(20),
      ];
      return parts.join('-');
    },
  };
}

// Mulberry32, by Tommy Ettinger (public domain): small, fast and even enough for dice.
function mulberry(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// FNV-1a, 32 bits.
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
