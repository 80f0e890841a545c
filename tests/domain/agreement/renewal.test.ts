import { describe, expect, test } from 'vitest';
import {
  gapDays,
  noteRenewal,
  renewalState,
  requireRenewable,
} from '../../../domain/agreement/renewal.ts';
import type { Predecessor } from '../../../domain/agreement/renewal.ts';
import { anActiveAgreement } from '../../support/agreements.ts';

const NEXT_YEAR = { start: '2025-01-01', end: '2025-12-31' };

describe('what can be renewed', () => {
  const predecessor = (only: Partial<Predecessor> = {}): Predecessor => ({
    ...anActiveAgreement(),
    ...only,
  });
  const expired = {
    reason: 'expired',
    lawful: null,
    lastDay: '2024-12-31',
    supersededBy: null,
  } as const;

  test.each([
    ['what is in force', predecessor()],
    ['what has expired, late as it may be', predecessor({ stage: 'ended', ending: expired })],
  ])('%s', (_what, renewed) => {
    expect(() => requireRenewable(renewed, 'pks', NEXT_YEAR)).not.toThrow();
  });

  test.each(['terminated', 'superseded', 'withdrawn'] as const)('not what was %s', (reason) => {
    const ended = predecessor({ stage: 'ended', ending: { ...expired, reason } });

    expect(() => requireRenewable(ended, 'pks', NEXT_YEAR)).toThrow(
      expect.objectContaining({ code: 'NotRenewable' }),
    );
  });
});

describe('news of a renewal', () => {
  const running = { id: 'next', state: 'running' } as const;

  test('are kept and told once', () => {
    const first = noteRenewal(anActiveAgreement(), running);
    const again = noteRenewal(first.state, running);
    const signed = noteRenewal(first.state, { id: 'next', state: 'signed' });

    expect(first.state.renewal).toEqual(running);
    expect(first.events).toEqual([{ kind: 'renewal-moved', renewal: 'next', state: 'running' }]);
    expect(again.events).toEqual([]);
    expect(renewalState(signed.state)).toBe('signed');
  });

  test('of a withdrawal make way for another', () => {
    const withdrawn = noteRenewal(
      { ...anActiveAgreement(), renewal: running },
      { id: 'next', state: 'withdrawn' },
    );

    expect(withdrawn.state.renewal).toBeNull();
    expect(renewalState(withdrawn.state)).toBe('none');
  });

  test('that come late from one withdrawn before do not disturb its successor', () => {
    const agreement = {
      ...anActiveAgreement(),
      renewal: { id: 'second', state: 'running' } as const,
    };

    const { state: after, events } = noteRenewal(agreement, {
      id: 'first',
      state: 'withdrawn',
    });

    expect(after.renewal).toEqual({ id: 'second', state: 'running' });
    expect(events).toEqual([]);
  });
});

describe('days without an agreement', () => {
  // Bolsel: the PKS of 2024 ended with the year, the next was signed on 3 February 2025.
  test.each([
    ['2024-12-31', '2025-02-03', 33],
    ['2024-12-31', '2025-01-01', 0],
    ['2024-12-31', '2025-01-02', 1],
    ['2024-12-31', '2024-12-01', 0],
    ['2024-02-28', '2024-03-01', 1],
    ['2023-02-28', '2023-03-01', 0],
  ])('between %s and %s: %i', (end, start, expected) => {
    expect(gapDays({ start: '2024-01-01', end }, { start, end: '2026-12-31' })).toBe(expected);
  });
});
