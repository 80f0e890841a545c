import { describe, expect, test } from 'vitest';
import { parseDay } from '../../texts/format.ts';

describe('a day that somebody typed', () => {
  test.each([
    ['3 Februari 2025', '2025-02-03'],
    ['  3 februari 2025 ', '2025-02-03'],
    ['3 feb 2025', '2025-02-03'],
    ['17 Agustus 1945', '1945-08-17'],
    ['3/2/2025', '2025-02-03'],
    ['03-02-25', '2025-02-03'],
    ['3.2.2025', '2025-02-03'],
    ['2025-02-03', '2025-02-03'],
    ['29 Februari 2024', '2024-02-29'],
  ])('“%s” is %s', (typed, day) => {
    expect(parseDay(typed)).toBe(day);
  });

  test.each(['', 'besok', '30 Februari 2025', '3/13/2025', '3 Ju 2025', '2025', '3 Februari'])(
    '“%s” is none',
    (typed) => {
      expect(parseDay(typed)).toBeNull();
    },
  );
});
