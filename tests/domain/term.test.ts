import { describe, expect, test } from 'vitest';
import { obey } from '../../domain/command.ts';
import { propose } from '../../domain/proposal.ts';
import { requireParentLived } from '../../domain/term.ts';
import type { Child, Parent } from '../../domain/term.ts';
import {
  after,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  aProposal,
  bothSign,
  by,
  command,
  refusal,
} from '../support/agreements.ts';
import { offices } from '../support/cast.ts';

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
      exceptionNoteId: 'exception',
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

  test.each([
    ['in force', { ...ended(null), stage: 'active' as const, ending: null }],
    ['that ended on the day of the signature', ended('2024-06-30')],
    ['that ended after it, and it is recorded late', ended('2024-12-31')],
  ])('%s counts', (_what, mou) => {
    expect(() => requireParentLived(mou, null, '2024-06-30')).not.toThrow();
  });

  test.each([
    ['that ended the day before', ended('2024-06-29')],
    ['that never came into force', ended(null)],
  ])('%s is refused, unless the exception is recorded', (_what, mou) => {
    expect(() => requireParentLived(mou, null, '2024-06-30')).toThrow(
      expect.objectContaining({ code: 'ParentUnsuitable' }),
    );
    expect(() => requireParentLived(mou, 'exception', '2024-06-30')).not.toThrow();
  });
});

describe('changing the dates', () => {
  const to = (
    start: string,
    end: string,
    more: {
      evidenceId?: string;
      parent?: Parent;
      children?: Child[];
      exceptionNoteId?: string;
    } = {},
  ) => ({ term: { start, end }, reasonNoteId: 'why', children: [], ...more });

  test('while it is being drafted needs a reason and no letter', () => {
    const { agreement, happened } = obey(
      anAgreementAt('drafting'),
      command('changeDates', '2024-01-20', by.branch, to('2024-03-01', '2025-02-28')),
    );

    expect(agreement).toMatchObject({
      stage: 'drafting',
      term: { start: '2024-03-01', end: '2025-02-28' },
    });
    expect(happened).toEqual([
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

    expect(refusal(signedOnce, redate('2029-12-31'))?.code).toBe('EvidenceRequired');
    expect(refusal(signedOnce, redate('2029-12-31', 'minutes'))).toBeNull();
    expect(refusal(signedOnce, redate('2024-03-14', 'minutes'))).toEqual({
      code: 'SignedAfterEnd',
      params: { day: '2024-03-15', end: '2024-03-14' },
    });
  });

  test('holds to a recorded exception when the MoU has ended meanwhile', () => {
    const parent = { ...under({}, 'exception'), stage: 'ended' as const };
    const excepted = anAgreement({ parent: under({}, 'exception') });
    const plain = anAgreement({ parent: under({}) });
    const redate = command(
      'changeDates',
      '2024-01-20',
      by.proposer,
      to('2024-02-01', '2024-11-30', { parent }),
    );

    expect(refusal(excepted, redate)).toBeNull();
    expect(refusal(plain, redate)?.code).toBe('ParentUnsuitable');
  });

  test('brings a fully signed agreement into force when its new start has come', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    const { agreement, happened } = obey(
      waiting,
      command(
        'changeDates',
        '2024-01-25',
        by.proposer,
        to('2024-01-25', '2024-12-31', { evidenceId: 'addendum' }),
      ),
    );

    expect(waiting.stage).toBe('signing');
    expect(agreement).toMatchObject({ stage: 'active', stageSince: '2024-01-25' });
    expect(happened.map(({ kind }) => kind)).toEqual(['dates-changed', 'stage-reached']);
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

  test('of a PKS asks its MoU as it stands, and remembers an exception', () => {
    const agreement = anAgreement({ parent: under({}) });
    const beyond = (more: object) =>
      command(
        'changeDates',
        '2024-01-20',
        by.proposer,
        to('2024-02-01', '2026-01-31', { parent: MOU, ...more }),
      );

    const excepted = after(agreement, [beyond({ exceptionNoteId: 'exception' })]);

    expect(refusal(agreement, beyond({}))?.code).toBe('TermOutsideParent');
    expect(excepted.parent).toEqual({ id: 'the-mou', exceptionNoteId: 'exception' });
    // What was excepted once stays excepted.
    expect(refusal(excepted, beyond({}))).toBeNull();
  });

  test('of an MoU keeps its PKS inside, but for those that were excepted', () => {
    const mou = anAgreement({ kind: 'mou', form: 'nota-kesepahaman' });
    const inside = {
      id: 'pks-1',
      term: { start: '2024-02-01', end: '2024-06-30' },
      excepted: false,
    };
    const beyond = {
      id: 'pks-2',
      term: { start: '2024-02-01', end: '2024-12-31' },
      excepted: false,
    };
    const shorten = (children: Child[]) =>
      command(
        'changeDates',
        '2024-01-20',
        by.proposer,
        to('2024-02-01', '2024-06-30', { children }),
      );

    expect(refusal(mou, shorten([inside, beyond]))).toEqual({
      code: 'ChildrenReachBeyond',
      params: { agreements: ['pks-2'] },
    });
    expect(refusal(mou, shorten([inside, { ...beyond, excepted: true }]))).toBeNull();
  });
});
