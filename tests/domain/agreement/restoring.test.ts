import { describe, expect, test } from 'vitest';
import { restored } from '../../../domain/agreement/restoring.ts';
import { after, anAgreementAt, by, command } from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';

const day = '2024-01-08';
const rules = { rulesVersion: 1 };

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
    const newer = { ...numbered, rulesVersion: 3 };

    const { state: agreement } = restored(newer, { from: 3, numbersLost: [], rules });

    expect(agreement).toMatchObject(rules);
  });
});
