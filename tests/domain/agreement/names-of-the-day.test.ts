import { describe, expect, test } from 'vitest';
import { fullySignedAt, signedAt } from '../../../domain/agreement/agreement.ts';
import { formerAt } from '../../../domain/office/former-name.ts';

const at = (instant: string) => Date.parse(instant);
const signature = {
  actedBy: { kind: 'holder', id: 'head' },
  recordedBy: { userId: 'proposer', officeId: 'labour' },
  signedOn: '2024-01-08',
  evidenceId: null,
} as const;

describe('a signature', () => {
  test.each([
    ['recorded on its day is of that hour', '2024-01-08T02:00:00Z', '2024-01-08T02:00:00Z'],
    // Makassar is eight hours ahead.
    ['recorded later is of the end of its day', '2024-01-20T02:00:00Z', '2024-01-08T15:59:59.999Z'],
  ])('%s', (_what, recorded, instant) => {
    const recordedAt = at(recorded);

    expect(signedAt({ ...signature, recordedAt }, 'Asia/Makassar')).toBe(at(instant));
  });
});

test('all have signed with the last of them', () => {
  expect(fullySignedAt([{ signedAt: 7 }, { signedAt: 9 }, { signedAt: 8 }])).toBe(9);
  expect(fullySignedAt([{ signedAt: 7 }, { signedAt: null }])).toBeNull();
});

describe('an office that was called Satu until 10 and Dua until 20', () => {
  const former = [
    { subject: 'it', name: 'Satu', position: null, until: 10, endedAt: 10 },
    { subject: 'other', name: 'Lain', position: null, until: 15, endedAt: 15 },
    { subject: 'it', name: 'Dua', position: null, until: 20, endedAt: 20 },
  ];

  test.each([
    [9, 'Satu'],
    [10, 'Dua'],
    [19, 'Dua'],
    [20, undefined],
    [null, undefined],
  ])('is called at %s: %s', (instant, name) => {
    expect(formerAt(former, 'it', instant)?.name).toBe(name);
  });
});
