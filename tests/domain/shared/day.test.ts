import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  dayAt,
  daysBetween,
  earlier,
  isDay,
  later,
  liesWithin,
  openingOf,
  yearOf,
  ZONES,
} from '../../../domain/shared/day.ts';
import { aDay, SEQUENCES } from '../../support/arbitraries.ts';

describe('calendar days', () => {
  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-02-29', 1, '2024-03-01'],
    ['2023-02-28', 1, '2023-03-01'],
    ['2024-02-29', 365, '2025-02-28'],
    ['2024-12-31', 1, '2025-01-01'],
    ['2025-01-01', -1, '2024-12-31'],
    ['2024-12-31', -180, '2024-07-04'],
    ['2023-12-31', -180, '2023-07-04'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2000-02-28', 1, '2000-02-29'],
    ['2024-06-15', 0, '2024-06-15'],
  ])('%s and %i days is %s', (day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });

  test.each([
    ['2024-01-01', '2024-12-31', 365],
    ['2023-01-01', '2023-12-31', 364],
    ['2024-02-28', '2024-03-01', 2],
    ['2023-02-28', '2023-03-01', 1],
    ['2024-12-31', '2024-01-01', -365],
    ['2024-05-01', '2024-05-01', 0],
  ])('from %s to %s are %i days', (from, to, expected) => {
    expect(daysBetween(from, to)).toBe(expected);
  });

  test.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2024-02-30', false],
    ['2024-04-31', false],
    ['2024-13-01', false],
    ['2024-00-10', false],
    ['2024-01-00', false],
    ['2024-1-1', false],
    ['24-01-01', false],
    ['2024-01-01T00:00:00Z', false],
    ['', false],
    ['kemarin', false],
  ])('"%s" is a day: %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  test('the year of a day is its budget year', () => {
    expect([yearOf('2024-12-31'), yearOf('2025-01-01')]).toEqual([2024, 2025]);
  });

  test('of two days one comes first', () => {
    expect(later('2024-12-31', '2025-01-01')).toBe('2025-01-01');
    expect(earlier('2024-12-31', '2025-01-01')).toBe('2024-12-31');
  });

  test.each([
    ['itself', { start: '2024-01-01', end: '2024-12-31' }, true],
    ['a day of it', { start: '2024-06-01', end: '2024-06-01' }, true],
    ['one day too early', { start: '2023-12-31', end: '2024-12-31' }, false],
    ['one day too long', { start: '2024-01-01', end: '2025-01-01' }, false],
  ])('a term contains %s', (_which, inner, expected) => {
    expect(liesWithin(inner, { start: '2024-01-01', end: '2024-12-31' })).toBe(expected);
  });
});

describe('days in their zones', () => {
  test.each([
    ['Asia/Jakarta', '2024-12-31T17:00:00.000Z'],
    ['Asia/Makassar', '2024-12-31T16:00:00.000Z'],
    ['Asia/Jayapura', '2024-12-31T15:00:00.000Z'],
  ] as const)('the new year begins in %s at %s', (zone, instant) => {
    expect(new Date(openingOf('2025-01-01', zone)).toISOString()).toBe(instant);
  });

  test('an instant falls on different days from west to east', () => {
    const lateEvening = Date.parse('2024-12-31T15:30:00.000Z');

    expect(ZONES.map((zone) => dayAt(lateEvening, zone))).toEqual([
      '2024-12-31',
      '2024-12-31',
      '2025-01-01',
    ]);
  });

  test('seven in the morning of Makassar is 23.00 UTC of the day before', () => {
    expect(new Date(openingOf('2024-03-01', 'Asia/Makassar', 7)).toISOString()).toBe(
      '2024-02-29T23:00:00.000Z',
    );
  });
});

describe('for all days', () => {
  test('adding days and counting them are each other’s inverse', () => {
    fc.assert(
      fc.property(aDay(), fc.integer({ min: -4_000, max: 4_000 }), (day, days) => {
        expect(daysBetween(day, addDays(day, days))).toBe(days);
      }),
      { numRuns: SEQUENCES },
    );
  });

  test('a day is a day, and its opening falls on it and no instant earlier', () => {
    fc.assert(
      fc.property(aDay(), fc.constantFrom(...ZONES), (day, zone) => {
        expect(isDay(day)).toBe(true);
        expect(dayAt(openingOf(day, zone), zone)).toBe(day);
        expect(dayAt(openingOf(day, zone) - 1, zone)).toBe(addDays(day, -1));
      }),
      { numRuns: SEQUENCES },
    );
  });

  test('whether a text is a day is always answered', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/)), (text) => {
        expect(typeof isDay(text)).toBe('boolean');
      }),
      { numRuns: SEQUENCES },
    );
  });
});
