/** Names that somebody or something had before: what was signed under one keeps it. */
import type { Instant } from '../shared/day.ts';

/** A name that an office, an office holder or a region had until a business instant. */
export type FormerName = {
  /** The id of the office or the holder, or the code of the region. */
  subject: string;
  name: string;
  /** An office holder's. */
  position: string | null;
  until: Instant;
  /** The same moment by the server's clock. */
  endedAt: Instant;
};

/**
 * The name that somebody had at an instant, from all names of before in the order in which they ended.
 * Nothing where that is today's name, or where no instant is asked for.
 */
export function formerAt(
  former: readonly FormerName[],
  subject: string,
  at: Instant | null,
): FormerName | undefined {
  if (at === null) return undefined;
  return former.find((each) => each.subject === subject && each.until > at);
}
