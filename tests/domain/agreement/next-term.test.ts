import { describe, expect, test } from 'vitest';
import { nextTerm } from '../../../domain/agreement/next-term.ts';

describe('the term after', () => {
  test.each([
    ['a year', '2024-01-01', '2024-12-31', '2025-01-01', '2025-12-31'],
    ['a year from April to April', '2023-04-23', '2024-04-22', '2024-04-23', '2025-04-22'],
    ['five years', '2024-01-01', '2028-12-31', '2029-01-01', '2033-12-31'],
    ['the first half of a year', '2025-01-01', '2025-06-30', '2025-07-01', '2025-12-31'],
    ['the second half of a year', '2024-07-01', '2024-12-31', '2025-01-01', '2025-06-30'],
    ['a quarter', '2024-01-01', '2024-03-31', '2024-04-01', '2024-06-30'],
    ['six months from the middle of one', '2024-01-15', '2024-07-14', '2024-07-15', '2025-01-14'],
    ['a year from 29 February', '2024-02-29', '2025-02-28', '2025-03-01', '2026-02-28'],
    ['the rest of a year', '2024-02-01', '2024-12-31', '2025-01-01', '2025-12-31'],
    ['a hundred days', '2024-03-04', '2024-06-11', '2024-06-12', '2024-09-19'],
  ])('%s', (_what, start, end, nextStart, nextEnd) => {
    expect(nextTerm({ start, end }, '2024-01-08')).toEqual({ start: nextStart, end: nextEnd });
  });

  test.each([
    ['a year', '2023-01-01', '2023-12-31', '2024-03-05', '2024-12-31'],
    ['half a year', '2024-01-01', '2024-06-30', '2024-08-08', '2024-12-31'],
    ['half a year, two halves ago', '2023-01-01', '2023-06-30', '2024-02-08', '2024-06-30'],
    ['a year from April to April', '2023-04-23', '2024-04-22', '2024-06-01', '2025-05-31'],
  ])('that is late begins today: %s', (_what, start, end, today, nextEnd) => {
    expect(nextTerm({ start, end }, today)).toEqual({ start: today, end: nextEnd });
  });
});
