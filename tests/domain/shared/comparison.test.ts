import { describe, expect, test } from 'vitest';
import { compare } from '../../../domain/shared/comparison.ts';

const running = (recorded: number) => ({ running: true, recorded });
const closed = (recorded: number) => ({ running: false, recorded });

describe('PostgreSQL and the engine', () => {
  const open = { version: 3, isEnded: false };
  const ended = { version: 2, isEnded: true };

  test.each([
    ['agree', open, running(3), 'well'],
    ['are about to: it begins and is not recorded yet', null, running(0), 'well'],
    ['agree that it was never there', null, null, 'well'],
    ['agree that it has ended', ended, closed(2), 'well'],
    ['differ: the engine has lost it', open, null, 'missing'],
    ['differ: it was terminated by hand', open, closed(3), 'missing'],
    ['differ: the engine is older', open, running(2), 'behind'],
    ['differ: PostgreSQL is older', open, running(4), 'ahead'],
    ['differ: it has ended since the backup of PostgreSQL', open, closed(4), 'ahead'],
    ['differ: it has ended since the backup of the engine', ended, running(1), 'over'],
    ['differ: it was proposed since the backup of PostgreSQL', null, running(1), 'unknown'],
  ] as const)('%s', (_what, copy, workflow, comparison) => {
    expect(compare(copy, workflow)).toBe(comparison);
  });
});
