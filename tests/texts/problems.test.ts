import { describe, expect, test } from 'vitest';
import { PROBLEM_CODES } from '../../api/http/problems.ts';
import { texts } from '../../texts/translator.ts';

const { problems } = texts;

describe('the sentences with which the API says no', () => {
  test('are there for every code, and for no other', () => {
    expect(Object.keys(problems).toSorted()).toEqual(PROBLEM_CODES.toSorted());
  });

  test('name the problem and say how to mend it', () => {
    const bare = Object.entries(problems).filter(
      ([, { title, detail }]) => title === '' || !/\.$/.test(detail),
    );

    expect(bare).toEqual([]);
  });
});
