import { describe, expect, test } from 'vitest';
import { requireUsualTerm } from '../../../domain/agreement/plausible.ts';
import { refusalBy } from '../../../domain/shared/refusal.ts';
import { after, anAgreementAt, bothSign, command, by, refusal } from '../../support/agreements.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { holders, offices } from '../../support/cast.ts';

const said = (today: string, start: string, end: string, asMeant = false) =>
  refusalBy(() => requireUsualTerm({ start, end }, { today, asMeant }))?.code ?? 'accepted';

describe('a term', () => {
  test.each([
    ['one budget year', '2024-01-01', '2024-12-31', 'accepted'],
    ['five years', '2024-01-01', '2028-12-31', 'accepted'],
    ['six years', '2024-01-01', '2029-12-31', 'TermUnusual'],
    ['a hundred years by a slip', '2024-01-01', '2124-12-31', 'TermUnusual'],
    ['some years ago', '2018-01-01', '2022-12-31', 'accepted'],
    ['the last century', '1924-01-01', '1924-12-31', 'TermUnusual'],
    ['a year that is far away', '2042-01-01', '2042-12-31', 'TermUnusual'],
  ])('of %s', (_which, start, end, expected) => {
    expect(said('2024-01-08', start, end)).toBe(expected);
    expect(said('2024-01-08', start, end, true)).toBe('accepted');
  });
});

describe('a paper', () => {
  const signs = (signedOn: string, oldPaper?: true) =>
    command('sign', '2024-01-20', by.proposer, {
      party: offices.mitraLabour,
      actedBy: { kind: 'holder', id: holders.labourHeadMitra },
      signedOn,
      ...(oldPaper && { oldPaper }),
    });

  test('that is older than the text is recorded by saying that it is old, and is told so', () => {
    const signing = anAgreementAt('signing');

    expect(refusal(signing, signs('2020-05-04'))).toEqual({
      code: 'PaperOlderThanText',
      params: { day: '2020-05-04', since: '2024-01-08' },
    });
    expect(decide(signing, signs('2020-05-04', true)).events).toMatchObject([
      { kind: 'signed', signedOn: '2020-05-04', oldPaper: true },
    ]);
  });

  test.each([
    ['2024-01-08', 'accepted'],
    ['2023-10-10', 'accepted'],
    ['2023-10-09', 'PaperOlderThanText'],
    ['1990-01-08', 'PaperOlderThanText'],
  ])('with a number of %s is %s', (dated, expected) => {
    const numbering = command('recordNumber', '2024-01-20', by.proposer, {
      party: offices.mitraLabour,
      numberNoteId: 'number',
      dated,
    });

    expect(refusal(anAgreementAt('signing'), numbering)?.code ?? 'accepted').toBe(expected);
  });

  test('is measured by the text as it is now, not by the proposal', () => {
    const anew = after(anAgreementAt('review', { on: '2024-01-08' }), [
      command('return', '2024-01-10', by.branch, { reasonNoteId: 'why' }),
      command('submit', '2024-01-15', by.proposer),
      command('submit', '2024-01-15', by.branch),
      command('approve', '2024-01-16', by.legal, { step: 'hukum' }),
    ]);

    expect(refusal(anew, signs('2024-01-14'))?.code).toBe('PaperOlderThanText');
    expect(refusal(anew, signs('2024-01-15'))).toBeNull();
    expect(after(anew, bothSign('2024-01-16')).parties.every(({ signature }) => signature)).toBe(
      true,
    );
  });
});
