import { describe, expect, test } from 'vitest';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { inForceFrom, maySign } from '../../../domain/agreement/signing.ts';
import type { OfficeHolder } from '../../../domain/agreement/signing.ts';
import {
  after,
  anActiveAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
  OUTSIDER,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { holders, offices } from '../../support/cast.ts';

const { mitraLabour, tondano } = offices;

const head = { kind: 'holder', id: holders.labourHeadMitra } as const;
const branchHead = { kind: 'holder', id: holders.headTondano } as const;

const inSigning = (term: AgreementState['term'], on = '2024-01-08') =>
  anAgreementAt('signing', { term, on });

function signed(agreement: AgreementState, days: [string, string], recordedOn: string) {
  const [government, bpjs] = days;
  const first = after(agreement, [
    command('sign', recordedOn, by.proposer, {
      party: mitraLabour,
      actedBy: head,
      signedOn: government,
    }),
  ]);
  return decide(
    first,
    command('sign', recordedOn, by.branch, { party: tondano, actedBy: branchHead, signedOn: bpjs }),
  );
}

describe('signatures', () => {
  test('the first leaves the text with those who have not signed', () => {
    const [first] = bothSign('2024-01-20');

    const { state: agreement, events, desksToNotify } = decide(anAgreementAt('signing'), first!);

    expect(agreement).toMatchObject({
      stage: 'signing',
      turn: { desks: [tondano], since: '2024-01-20' },
    });
    expect(agreement.parties[0]?.signature).toEqual({
      actedBy: head,
      recordedBy: first!.recordedBy,
      signedOn: '2024-01-20',
      recordedAt: first!.givenAt,
      evidenceId: null,
    });
    expect(events).toEqual([
      { kind: 'signed', party: mitraLabour, actedBy: head, signedOn: '2024-01-20', evidence: null },
    ]);
    expect(desksToNotify).toEqual([]);
  });

  test('the last brings an agreement into force whose start day has come', () => {
    const agreement = inSigning({ start: '2024-01-08', end: '2024-12-31' });

    const { state: active, events } = signed(agreement, ['2024-01-20', '2024-01-22'], '2024-01-22');

    expect(active).toMatchObject({
      stage: 'active',
      stageSince: '2024-01-22',
      turn: { desks: [mitraLabour], since: '2024-01-22' },
      milestonesPassedUntil: '2024-01-21',
    });
    expect(events.at(-1)).toEqual({ kind: 'stage-reached', stage: 'active' });
    expect(inForceFrom(active)).toBe('2024-01-22');
  });

  test('with a start day to come it waits in signing', () => {
    const agreement = inSigning({ start: '2024-02-01', end: '2024-12-31' });

    const { state: waiting, events } = signed(
      agreement,
      ['2024-01-20', '2024-01-22'],
      '2024-01-31',
    );

    expect(waiting).toMatchObject({ stage: 'signing', turn: { desks: [], since: '2024-01-31' } });
    expect(events.map(({ kind }) => kind)).toEqual(['signed']);
    expect(inForceFrom(waiting)).toBe('2024-02-01');
  });

  test('on the start day itself nothing is left to wait for', () => {
    const agreement = inSigning({ start: '2024-02-01', end: '2024-12-31' });

    expect(signed(agreement, ['2024-02-01', '2024-02-01'], '2024-02-01').state.stage).toBe(
      'active',
    );
  });

  test('after a start day that has passed, what lay behind is not made up for', () => {
    // The term began with the year; the signatures came with the autumn.
    const agreement = inSigning({ start: '2024-01-01', end: '2024-12-31' });

    const { state: active } = signed(agreement, ['2024-09-02', '2024-09-03'], '2024-09-05');

    expect(active).toMatchObject({ stage: 'active', milestonesPassedUntil: '2024-09-04' });
    expect(inForceFrom(active)).toBe('2024-09-03');
  });

  test('may have been given on the last day and be recorded later', () => {
    const agreement = inSigning({ start: '2024-01-08', end: '2024-03-01' });

    expect(signed(agreement, ['2024-03-01', '2024-03-01'], '2024-03-04').state.stage).toBe(
      'active',
    );
  });

  test('of an outside party are recorded by another with a letter', () => {
    const agreement = after(anAgreementAt('review', { parties: THREE_PARTIES }), [
      command('submit', '2024-01-09', by.branch, { onBehalfOf: OUTSIDER, evidenceId: 'letter' }),
      command('submit', '2024-01-09', by.branch),
      command('approve', '2024-01-09', by.legal, { step: 'hukum' }),
      ...bothSign('2024-01-20'),
    ]);
    const director = { kind: 'outside', id: 'their-director' } as const;

    const { state: all } = decide(
      agreement,
      command('sign', '2024-02-02', by.proposer, {
        party: OUTSIDER,
        actedBy: director,
        signedOn: '2024-01-25',
        evidenceId: 'original',
      }),
    );

    expect(agreement).toMatchObject({ stage: 'signing', turn: { desks: [OUTSIDER] } });
    expect(all.stage).toBe('active');
    expect(all.parties[2]?.signature).toEqual({
      actedBy: director,
      recordedBy: { userId: 'proposer-mitra', officeId: mitraLabour },
      signedOn: '2024-01-25',
      recordedAt: Date.parse('2024-02-02T01:00:00Z'),
      evidenceId: 'original',
    });
  });
});

describe('numbers', () => {
  test.each([
    ['before the signature', anAgreementAt('signing')],
    ['after it, on paper', anActiveAgreement()],
  ])('may be recorded %s', (_when, agreement) => {
    const numbering = command('recordNumber', '2024-02-05', by.proposer, {
      party: mitraLabour,
      numberNoteId: 'number',
      dated: '2024-02-01',
      evidenceId: 'scan',
    });

    const { state: numbered, events } = decide(agreement, numbering);

    expect(numbered.stage).toBe(agreement.stage);
    expect(numbered.parties.map(({ number }) => number)).toEqual([
      { reservationId: numbering.commandId, noteId: 'number', dated: '2024-02-01' },
      null,
    ]);
    expect(events).toEqual([
      { kind: 'numbered', party: mitraLabour, dated: '2024-02-01', evidence: 'scan' },
    ]);
  });
});

describe('authority to sign', () => {
  const holder: OfficeHolder = {
    id: 'holder',
    officeId: 'regency',
    signsFor: ['regency', 'labour-office'],
    from: '2023-09-25',
    until: '2025-02-19',
    signs: ['mou', 'pks'],
    enteredBy: null,
  };

  test.each([
    ['on the first day', 'regency', '2023-09-25', 'mou', true],
    ['on the last day', 'regency', '2025-02-19', 'mou', true],
    ['on the day before', 'regency', '2023-09-24', 'mou', false],
    ['on the day after', 'regency', '2025-02-20', 'mou', false],
    ['for an office below', 'labour-office', '2024-04-23', 'pks', true],
    ['for an office elsewhere', 'another-regency', '2024-04-23', 'pks', false],
  ] as const)('%s for %s on %s', (_when, party, day, kind, expected) => {
    expect(maySign(holder, kind, party, day)).toBe(expected);
  });

  test('without a last day goes on', () => {
    expect(maySign({ ...holder, until: null }, 'mou', 'regency', '2031-01-01')).toBe(true);
  });

  test('is for the kinds that the mandate names', () => {
    expect(maySign({ ...holder, signs: ['pks'] }, 'mou', 'regency', '2024-04-23')).toBe(false);
  });
});
