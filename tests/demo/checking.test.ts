import { describe, expect, test } from 'vitest';
import { checkFigures, checkMails } from '../../demo/checking.ts';
import type { Figure, MailRow, SentMail } from '../../demo/checking.ts';

describe('figures beside what was read', () => {
  test('agree only when they are equal, in number and in kind of value', () => {
    const figure = (expected: Figure['expected']): Figure => ({
      claim: 'Desa',
      kind: 'published',
      expected,
    });
    const figures = { right: figure(135), wrong: figure(134), words: figure('135') };

    const checked = checkFigures('mitra', figures, { right: 135, wrong: 135, words: 135 });

    expect(checked.map(({ ok }) => ok)).toEqual([true, false, false]);
  });
});

describe('mails beside the table', () => {
  const row: MailRow = {
    day: '2024-01-23',
    about: 'PKS 2023',
    template: 'reminder',
    to: ['officer@example.test', 'head@example.test'],
  };
  const sent = (only: Partial<SentMail>): SentMail => ({
    ...row,
    to: 'head@example.test',
    subject: '90 hari lagi',
    ...only,
  });
  const both = [sent({}), sent({ to: 'officer@example.test' })];

  test.each([
    ['agree when every reader got one', both, [true]],
    ['differ when a reader got none', [sent({})], [false]],
    ['differ when a reader got two', [...both, sent({})], [false]],
    ['differ when somebody else got one', [...both, sent({ to: 'x@example.test' })], [false]],
    [
      'differ when it left on another day',
      both.map((m) => ({ ...m, day: '2024-01-24' })),
      [false, false],
    ],
    [
      'differ when a mail stands in no row',
      [...both, sent({ template: 'expired' })],
      [true, false],
    ],
    ['differ when nothing was sent', [], [false]],
  ])('%s', (_case, mails, ok) => {
    const checked = checkMails([row], mails);

    expect(checked.map((each) => each.ok)).toEqual(ok);
  });
});
