import { describe, expect, test } from 'vitest';
import { readySteps } from '../../../domain/agreement/approval.ts';
import type { Command } from '../../../domain/agreement/command.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { propose } from '../../../domain/agreement/proposal.ts';
import { refusalBy } from '../../../domain/shared/refusal.ts';
import {
  requireParentLived,
  requireTermsAgree,
  withDates,
} from '../../../domain/agreement/term.ts';
import type { Parent } from '../../../domain/agreement/term.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  aProposal,
  bothSign,
  by,
  command,
  refusal,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';

const MOU: Parent = {
  id: 'the-mou',
  kind: 'mou',
  stage: 'active',
  term: { start: '2024-01-01', end: '2025-12-31' },
};

const under = (parent: Partial<Parent>, exceptionNoteId: string | null = null) => ({
  ...MOU,
  ...parent,
  exceptionNoteId,
});

describe('a PKS under its MoU', () => {
  test.each([
    ['from its first day', { start: '2024-01-01', end: '2024-12-31' }],
    ['to its last day', { start: '2025-01-01', end: '2025-12-31' }],
    ['for the whole of it', { start: '2024-01-01', end: '2025-12-31' }],
  ])('may run %s', (_how, term) => {
    expect(propose(aProposal({ term, parent: under({}) })).parent?.id).toBe('the-mou');
  });

  test.each([
    ['a day longer', { start: '2025-01-01', end: '2026-01-01' }],
    ['a day earlier', { start: '2023-12-31', end: '2024-12-31' }],
  ])('may run %s only by a recorded exception', (_how, term) => {
    expect(() => propose(aProposal({ term, parent: under({}) }))).toThrow(
      expect.objectContaining({
        code: 'TermOutsideParent',
        params: { parent: 'the-mou', start: '2024-01-01', end: '2025-12-31' },
      }),
    );
    expect(propose(aProposal({ term, parent: under({}, 'exception') })).parent).toEqual({
      id: 'the-mou',
      exception: { noteId: 'exception', term },
    });
  });

  test.each([
    ['another PKS', { kind: 'pks' }],
    ['an MoU that has ended', { stage: 'ended' }],
  ] as const)('is not possible under %s, exception or not', (_what, parent) => {
    for (const exception of [null, 'exception']) {
      expect(() => propose(aProposal({ parent: under(parent, exception) }))).toThrow(
        expect.objectContaining({ code: 'ParentUnsuitable' }),
      );
    }
  });
});

test('an MoU has no MoU above it', () => {
  const mou = { kind: 'mou', form: 'nota-kesepakatan' } as const;

  expect(() => propose(aProposal({ ...mou, parent: under({}) }))).toThrow(
    expect.objectContaining({ code: 'ParentUnsuitable' }),
  );
});

describe('a signature under an MoU', () => {
  const ended = (lastDay: string | null) => ({
    id: 'the-mou',
    stage: 'ended' as const,
    ending: { reason: 'terminated' as const, lawful: null, lastDay, supersededBy: null },
  });
  const plain = anAgreement({ parent: under({}) });
  const excepted = anAgreement({ parent: under({}, 'exception') });

  test.each([
    ['in force', { ...ended(null), stage: 'active' as const, ending: null }],
    ['that ended on the day of the signature', ended('2024-06-30')],
    ['that ended after it, and it is recorded late', ended('2024-12-31')],
  ])('%s counts', (_what, mou) => {
    expect(() => requireParentLived(mou, plain, '2024-06-30')).not.toThrow();
  });

  test.each([
    ['that ended the day before', ended('2024-06-29')],
    ['that never came into force', ended(null)],
  ])('%s is refused, unless the exception is recorded', (_what, mou) => {
    const grown = withDates(excepted, { term: { start: '2024-02-01', end: '2025-01-31' } });

    for (const pks of [plain, grown]) {
      expect(() => requireParentLived(mou, pks, '2024-06-30')).toThrow(
        expect.objectContaining({ code: 'ParentUnsuitable' }),
      );
    }
    expect(() => requireParentLived(mou, excepted, '2024-06-30')).not.toThrow();
  });
});

describe('changing the dates', () => {
  const to = (
    start: string,
    end: string,
    more: { evidenceId?: string; exceptionNoteId?: string } = {},
  ) => ({ term: { start, end }, reasonNoteId: 'why', ...more });

  test('while it is being drafted needs a reason and no letter', () => {
    const { state: agreement, events } = decide(
      anAgreementAt('drafting'),
      command('changeDates', '2024-01-20', by.branch, to('2024-03-01', '2025-02-28')),
    );

    expect(agreement).toMatchObject({
      stage: 'drafting',
      term: { start: '2024-03-01', end: '2025-02-28' },
    });
    expect(events).toEqual([
      {
        kind: 'dates-changed',
        before: { start: '2024-02-01', end: '2024-12-31' },
        after: { start: '2024-03-01', end: '2025-02-28' },
        reason: 'why',
        evidence: null,
      },
    ]);
  });

  test('lets approvals lapse, because they were given to other dates', () => {
    const redated = after(anAgreementAt('signing'), [
      command('changeDates', '2024-01-20', by.branch, to('2024-02-01', '2025-01-31')),
    ]);
    const again = after(redated, [command('approve', '2024-01-21', by.legal, { step: 'hukum' })]);

    expect(redated).toMatchObject({
      stage: 'approval',
      turn: { desks: [offices.mitraLegal], since: '2024-01-20' },
      text: { version: 2 },
    });
    expect(again).toMatchObject({ stage: 'signing', term: { end: '2025-01-31' } });
  });

  test('after the first signature needs a letter, and cannot end before that signature', () => {
    const [first] = bothSign('2024-03-15');
    const signedOnce = after(anAgreementAt('signing'), first ? [first] : []);
    const redate = (end: string, evidenceId?: string) =>
      command(
        'changeDates',
        '2024-03-20',
        by.branch,
        to('2024-02-01', end, evidenceId === undefined ? {} : { evidenceId }),
      );

    expect(refusal(signedOnce, redate('2025-12-31'))?.code).toBe('EvidenceRequired');
    expect(refusal(signedOnce, redate('2025-12-31', 'minutes'))).toBeNull();
    expect(refusal(signedOnce, redate('2024-03-14', 'minutes'))).toEqual({
      code: 'SignedAfterEnd',
      params: { day: '2024-03-15', end: '2024-03-14' },
    });
  });

  test('brings a fully signed agreement into force when its new start has come', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    const [asked, confirmed] = agreed(
      command(
        'changeDates',
        '2024-01-25',
        by.proposer,
        to('2024-01-25', '2024-12-31', { evidenceId: 'addendum' }),
      ),
    ) as [Command, Command];
    const { state: agreement, events } = decide(after(waiting, [asked]), confirmed);

    expect(waiting.stage).toBe('signing');
    expect(agreement).toMatchObject({ stage: 'active', stageSince: '2024-01-25' });
    expect(events.map(({ kind }) => kind)).toEqual([
      'change-confirmed',
      'dates-changed',
      'stage-reached',
    ]);
  });

  test('can make what is in force end today, and no earlier', () => {
    const active = anActiveAgreement();
    const ending = (end: string) =>
      command('changeDates', '2024-06-15', by.proposer, to('2024-02-01', end, { evidenceId: 'a' }));

    expect(refusal(active, ending('2024-06-15'))).toBeNull();
    expect(refusal(active, ending('2024-06-14'))).toEqual({
      code: 'EndAlreadyPast',
      params: { end: '2024-06-14', today: '2024-06-15' },
    });
  });

  test('cannot bring back what has run out, even before the engine has noticed', () => {
    const active = anActiveAgreement();
    const longer = (on: string) =>
      command('changeDates', on, by.proposer, to('2024-02-01', '2025-12-31', { evidenceId: 'a' }));

    expect(refusal(active, longer('2024-12-31'))).toBeNull();
    expect(refusal(active, longer('2025-01-01'))).toEqual({
      code: 'EndAlreadyPast',
      params: { end: '2024-12-31', today: '2025-01-01' },
    });
  });

  test('beyond the MoU keeps the exception for this term, and others leave it as it was', () => {
    const agreement = anAgreement({ parent: under({}) });
    const redated = (start: string, end: string, more?: { exceptionNoteId: string }) =>
      command('changeDates', '2024-01-20', by.proposer, to(start, end, more));
    const beyond = redated('2024-02-01', '2026-01-31', { exceptionNoteId: 'exception' });
    const longer = redated('2024-02-01', '2026-02-28');

    const exception = { noteId: 'exception', term: { start: '2024-02-01', end: '2026-01-31' } };
    expect(after(agreement, [beyond]).parent).toEqual({ id: 'the-mou', exception });
    expect(after(agreement, [beyond, longer]).parent).toEqual({ id: 'the-mou', exception });
  });
});

describe('other dates of a text in review', () => {
  const THREE = [
    { id: offices.mitraLabour, side: 'government' as const, outside: false },
    { id: offices.mitraSocial, side: 'government' as const, outside: false },
    { id: offices.tondano, side: 'bpjs' as const, outside: false },
  ];
  const redate = command('changeDates', '2024-01-20', by.proposer, {
    term: { start: '2024-02-01', end: '2025-01-31' },
    reasonNoteId: 'why',
  });
  const clears = (who: { officeId: string }, on = '2024-01-19') => command('submit', on, who);
  const inReview = anAgreementAt('review', { parties: THREE });

  test('are cleared again by the party that had cleared the old ones, which is told', () => {
    const { state: agreement, desksToNotify } = decide(
      after(inReview, [clears(by.branch)]),
      redate,
    );

    expect(agreement).toMatchObject({
      stage: 'review',
      turn: { desks: [offices.mitraSocial, offices.tondano], since: '2024-01-20' },
      text: { version: 2, handedInBy: { desk: offices.mitraLabour } },
    });
    expect(desksToNotify).toEqual([offices.tondano]);
    const again = [clears(by.social, '2024-01-21'), clears(by.branch, '2024-01-22')];
    expect(after(agreement, again.slice(0, 1)).stage).toBe('review');
    expect(after(agreement, again).stage).toBe('approval');
  });

  test('are cleared again also by the party that gave them', () => {
    const own = { ...redate, recordedBy: { userId: 'officer-tondano', officeId: offices.tondano } };

    const { state: agreement } = decide(after(inReview, [clears(by.branch)]), own);

    expect(agreement.turn.desks).toEqual([offices.mitraSocial, offices.tondano]);
  });

  test('call nobody who still has the text to clear', () => {
    const { state: agreement, desksToNotify } = decide(inReview, redate);

    expect(agreement.turn).toEqual(inReview.turn);
    expect(desksToNotify).toEqual([]);
  });
});

test('other dates call an office that had approved, also while it has a later step before it', () => {
  const steps = [
    { id: 'kabag', offices: [offices.mitraLegal], after: [] },
    { id: 'asisten', offices: [offices.mitraLegal], after: ['kabag'] },
  ];
  const approving = after(anAgreementAt('approval', { approvals: steps }), [
    command('approve', '2024-01-19', by.legal, { step: 'kabag' }),
  ]);

  const { state: agreement, desksToNotify } = decide(
    approving,
    command('changeDates', '2024-01-20', by.branch, {
      term: { start: '2024-02-01', end: '2025-01-31' },
      reasonNoteId: 'why',
    }),
  );

  expect(approving.turn.desks).toEqual([offices.mitraLegal]);
  expect(agreement.stage).toBe('approval');
  expect(readySteps(agreement).map(({ id }) => id)).toEqual(['kabag']);
  expect(desksToNotify).toEqual([offices.mitraLegal]);
});

describe('the dates of an MoU and of the PKS below it', () => {
  const mou = anAgreement({ kind: 'mou', form: 'nota-kesepahaman', term: MOU.term });
  const pks = (end: string, exception: string | null = null) =>
    withDates(
      { ...anAgreement(), parent: { id: mou.id, exception: null } },
      {
        term: { start: '2024-02-01', end },
        ...(exception !== null && { exceptionNoteId: exception }),
      },
    );
  const shortened = { ...mou, term: { start: '2024-01-01', end: '2024-06-30' } };
  const codeOf = (...asked: Parameters<typeof requireTermsAgree>) =>
    refusalBy(() => requireTermsAgree(...asked))?.code ?? null;

  test('agree when the PKS lies inside', () => {
    expect(codeOf(pks('2025-12-31'), [mou])).toBeNull();
    expect(codeOf(mou, [pks('2025-12-31'), pks('2024-02-01')])).toBeNull();
  });

  test('do not when it reaches beyond, also beyond dates that the MoU may be about to get', () => {
    expect(codeOf(pks('2026-01-01'), [mou])).toBe('TermOutsideParent');
    expect(codeOf(pks('2024-12-31'), [mou, shortened])).toBe('TermOutsideParent');
  });

  test('do not when the MoU leaves one out, also for dates that it may be about to get', () => {
    const [inside, beyond] = [pks('2024-06-30'), pks('2024-12-31')];
    const growing = { ...inside, term: beyond.term };

    expect(refusalBy(() => requireTermsAgree(shortened, [inside, beyond]))).toEqual({
      code: 'ChildrenReachBeyond',
      params: { agreements: [beyond.id] },
    });
    expect(codeOf(shortened, [inside, growing])).toBe('ChildrenReachBeyond');
  });

  test('need not for a PKS that has ended, or that is of another MoU', () => {
    const elsewhere = { id: 'another', exception: null };

    expect(codeOf(shortened, [{ ...pks('2024-12-31'), stage: 'ended' }])).toBeNull();
    expect(codeOf(shortened, [{ ...pks('2024-12-31'), parent: elsewhere }])).toBeNull();
  });

  test('need not where an exception was recorded, for its term and no longer one', () => {
    const excepted = pks('2026-01-31', 'exception');
    const grown = withDates(excepted, { term: { start: '2024-02-01', end: '2026-02-28' } });
    const smaller = withDates(excepted, { term: { start: '2024-02-01', end: '2026-01-30' } });

    expect(codeOf(excepted, [mou])).toBeNull();
    expect(codeOf(smaller, [mou])).toBeNull();
    expect(codeOf(grown, [mou])).toBe('TermOutsideParent');
    expect(codeOf(shortened, [excepted, smaller])).toBeNull();
    expect(codeOf(shortened, [grown])).toBe('ChildrenReachBeyond');
  });

  test('hold to the exception when the MoU has ended meanwhile', () => {
    const over = { ...mou, stage: 'ended' as const };
    const excepted = pks('2024-11-30', 'exception');
    const grown = withDates(excepted, { term: { start: '2024-02-01', end: '2024-12-31' } });

    expect(codeOf(excepted, [over])).toBeNull();
    expect(codeOf(grown, [over])).toBe('ParentUnsuitable');
    expect(codeOf(pks('2024-11-30'), [over])).toBe('ParentUnsuitable');
  });
});
