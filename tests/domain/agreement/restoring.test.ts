import { describe, expect, test } from 'vitest';
import { compare, restored } from '../../../domain/agreement/restoring.ts';
import { after, anAgreement, anAgreementAt, by, command } from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';

const day = '2024-01-08';
const rules = { policyVersion: 1, calendarVersion: 1 };
const running = (recorded: number) => ({ running: true, recorded });
const closed = (recorded: number) => ({ running: false, recorded });

describe('PostgreSQL and the engine', () => {
  const open = anAgreementAt('review');
  const ended = after(anAgreement(), [
    command('withdraw', day, by.branch, { reasonNoteId: 'why' }),
  ]);

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

describe('what PostgreSQL takes back', () => {
  const numbered = after(anAgreementAt('signing'), [
    command('recordNumber', day, by.proposer, {
      party: offices.mitraLabour,
      numberNoteId: 'note',
      dated: day,
    }),
  ]);

  test('says which versions nobody tells of, and calls nobody', () => {
    const change = restored(numbered, { from: 3, numbersLost: [], rules });

    expect(change).toMatchObject({
      state: { version: 7, stage: 'signing', parties: numbered.parties },
      events: [{ kind: 'restored', from: 3, to: 6, numbersLost: [] }],
      desksToNotify: [],
    });
  });

  test('has no number whose text is lost, so that it can be entered again', () => {
    const numbersLost = [offices.mitraLabour];

    const { state: agreement } = restored(numbered, { from: 3, numbersLost, rules });

    expect(agreement.parties.map(({ number }) => number)).toEqual([null, null]);
  });

  test('goes by rules that are still there', () => {
    const newer = { ...numbered, policyVersion: 3 };

    const { state: agreement } = restored(newer, { from: 3, numbersLost: [], rules });

    expect(agreement).toMatchObject(rules);
  });
});
