import { describe, expect, test } from 'vitest';
import { COMMAND_TYPES } from '../../../domain/agreement/command.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import {
  basisInForce,
  DOCUMENT_FORMS,
  endingLawful,
  LAWFUL_ENDINGS,
  stageInLaw,
} from '../../../domain/agreement/legal-basis.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
  refusal,
} from '../../support/agreements.ts';

describe('ending before the last day', () => {
  // PP 28/2018 Ps. 9(1) for every basis, Ps. 22(2) for cooperation with third parties only.
  test.each([
    ['purpose-reached', true, true, true],
    ['agreed-by-parties', true, true, true],
    ['superseded', true, true, true],
    ['change-of-law', true, true, true],
    ['object-lost', true, true, true],
    ['court-judgment', true, false, false],
    ['partner-bankrupt', true, false, false],
  ] as const)('for %s', (reason, ksdpk, sinergi, antarlembaga) => {
    expect([
      endingLawful(reason, 'ksdpk'),
      endingLawful(reason, 'sinergi'),
      endingLawful(reason, 'hubungan-antarlembaga'),
    ]).toEqual([ksdpk, sinergi, antarlembaga]);
  });

  test('no law names a change of leader, so no reason does', () => {
    expect(LAWFUL_ENDINGS.map(({ code }) => code)).toEqual([
      'purpose-reached',
      'agreed-by-parties',
      'superseded',
      'change-of-law',
      'object-lost',
      'court-judgment',
      'partner-bankrupt',
    ]);
    // A change of office holder is no command at all.
    expect(COMMAND_TYPES).toEqual([
      'submit',
      'return',
      'passTurn',
      'approve',
      'recordNumber',
      'sign',
      'confirmChange',
      'declineChange',
      'changeDates',
      'correctTitle',
      'correctNumber',
      'correctSignature',
      'withdraw',
      'terminate',
      'continue',
    ]);
  });

  test('keeps the reason and the last day in force', () => {
    const { state: agreement, events } = decide(
      anActiveAgreement(),
      command('terminate', '2024-06-15', by.branch, {
        reason: 'object-lost',
        lastDay: '2024-05-31',
        evidenceId: 'minutes',
      }),
    );

    expect(agreement).toMatchObject({
      stage: 'ended',
      stageSince: '2024-06-15',
      ending: { reason: 'terminated', lawful: 'object-lost', lastDay: '2024-05-31' },
    });
    expect(events).toEqual([
      {
        kind: 'terminated',
        lawful: 'object-lost',
        lastDay: '2024-05-31',
        evidence: 'minutes',
        supersededBy: null,
      },
      { kind: 'stage-reached', stage: 'ended' },
    ]);
  });

  test('superseded by agreement of the parties has its own name', () => {
    const ended = after(
      anActiveAgreement(),
      agreed(
        command('terminate', '2024-06-15', by.proposer, {
          reason: 'superseded',
          lastDay: '2024-06-15',
          evidenceId: 'minutes',
          supersededBy: 'the-next',
        }),
      ),
    );

    expect(ended.ending).toEqual({
      reason: 'superseded',
      lawful: 'superseded',
      lastDay: '2024-06-15',
      supersededBy: 'the-next',
    });
  });

  test('of what was signed but never came into force has no last day', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    const ended = after(waiting, [
      command('terminate', '2024-01-25', by.proposer, {
        reason: 'change-of-law',
        lastDay: '2024-01-25',
        evidenceId: 'minutes',
      }),
    ]);

    expect(ended.ending).toEqual({
      reason: 'terminated',
      lawful: 'change-of-law',
      lastDay: null,
      supersededBy: null,
    });
  });

  test.each([
    ['the first day', '2024-06-15', '2024-02-01', true],
    ['the day before the first', '2024-06-15', '2024-01-31', false],
    ['today', '2024-06-15', '2024-06-15', true],
    ['tomorrow', '2024-06-15', '2024-06-16', true],
    ['the last day, told before', '2024-06-15', '2024-12-31', true],
    ['the last day, told later', '2025-01-03', '2024-12-31', true],
    ['a day after the last', '2025-01-03', '2025-01-01', false],
  ])('with %s as the last', (_which, today, lastDay, allowed) => {
    const refused = refusal(
      anActiveAgreement(),
      command('terminate', today, by.proposer, {
        reason: 'agreed-by-parties',
        lastDay,
        evidenceId: 'minutes',
      }),
    );

    expect(refused?.code ?? 'accepted').toBe(allowed ? 'accepted' : 'LastDayOutside');
  });
});

describe('the law’s names', () => {
  test.each([
    ['ksdpk', '2018-07-12', false],
    ['ksdpk', '2018-07-13', true],
    ['sinergi', '2018-07-12', false],
    ['sinergi', '2026-11-22', true],
    ['hubungan-antarlembaga', '2010-01-01', true],
  ] as const)('%s is a basis on %s: %s', (basis, day, expected) => {
    expect(basisInForce(basis, day)).toBe(expected);
  });

  test('a basis that is not in the table is none', () => {
    expect(basisInForce('swakelola' as never, '2024-01-01')).toBe(false);
  });

  test('every kind has a form to be written in', () => {
    for (const kind of ['mou', 'pks'] as const) {
      expect(DOCUMENT_FORMS.some(({ kinds }) => (kinds as readonly string[]).includes(kind))).toBe(
        true,
      );
    }
  });

  // PP 28/2018 Ps. 6(1) and 19(1).
  test.each([
    ['proposal', 'persiapan-dan-penawaran', 'persiapan-dan-penawaran'],
    ['drafting', 'penyusunan-kesepakatan-bersama', 'penyusunan-kontrak-pks'],
    ['review', 'penyusunan-kesepakatan-bersama', 'penyusunan-kontrak-pks'],
    ['approval', 'penyusunan-kesepakatan-bersama', 'penyusunan-kontrak-pks'],
    ['signing', 'penandatanganan-kesepakatan-bersama', 'penandatanganan-kontrak-pks'],
    ['active', 'pelaksanaan', 'pelaksanaan'],
    ['ended', 'penatausahaan-dan-pelaporan', 'penatausahaan-dan-pelaporan'],
  ] as const)('%s is called %s of an MoU and %s of a PKS', (stage, mou, pks) => {
    expect([stageInLaw(stage, 'mou'), stageInLaw(stage, 'pks')]).toEqual([mou, pks]);
  });
});
