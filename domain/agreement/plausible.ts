/**
 * Days that are probably slips of the pen. They are asked about and never refused for good: whoever means them
 * says so.
 */
import type { AgreementState } from './agreement.ts';
import { ruleBroken } from './refusals.ts';
import { addDays, daysBetween } from '../shared/day.ts';
import type { Day, Term } from '../shared/day.ts';

/**
 * What nobody would ask about. MoU are made for one to five years (PP 28/2018 leaves the term to the parties;
 * Yogyakarta allows at most five), and regions record agreements that began a few years ago.
 */
const USUAL = {
  mostDays: 5 * 366,
  startsBefore: 10 * 366,
  startsAfter: 3 * 366,
  /** Numbers are taken from an office's register while the text is still being written. */
  numberBefore: 90,
} as const;

type Begun = Pick<AgreementState, 'text' | 'created'>;
type Said = { oldPaper?: true };

/** Refuses a signature older than the text, unless the paper is said to be old. */
export function requireSignedSinceText(agreement: Begun, day: Day, { oldPaper }: Said): void {
  const since = textSince(agreement);
  if (day < since && !oldPaper) throw ruleBroken('PaperOlderThanText', { day, since });
}

/** Refuses a number from long before the text, unless the paper is said to be old. */
export function requireNumberOfText(agreement: Begun, day: Day, { oldPaper }: Said): void {
  const since = textSince(agreement);
  if (day < addDays(since, -USUAL.numberBefore) && !oldPaper) {
    throw ruleBroken('PaperOlderThanText', { day, since });
  }
}

function textSince({ text, created }: Begun): Day {
  return text.since ?? created.businessDay;
}

/** Refuses a term that is far away or longer than agreements are, unless it is said to be meant. */
export function requireUsualTerm(
  { start, end }: Term,
  { today, asMeant }: { today: Day; asMeant: boolean },
): void {
  const isFar =
    start < addDays(today, -USUAL.startsBefore) || start > addDays(today, USUAL.startsAfter);
  if (!asMeant && (isFar || daysBetween(start, end) > USUAL.mostDays)) {
    throw ruleBroken('TermUnusual', { start, end });
  }
}
