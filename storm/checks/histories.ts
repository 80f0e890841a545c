/** Every run of every workflow replays with the code that is running. */
import type { Facts } from '../facts.ts';
import type { Checked } from './finding.ts';

/** Names the runs that do not. */
export function checkHistories({
  unreplayable,
  replayed,
}: Pick<Facts, 'unreplayable' | 'replayed'>): Checked {
  const findings = unreplayable.map(({ run, reason }) => ({
    check: 'histories' as const,
    about: run,
    what: reason,
  }));
  return { looked: replayed, findings };
}
