/** Settings are taken as people write them, or refused with what would be right. */
import { expect, test } from 'vitest';
import { readSettings } from '../../config/settings.ts';

test.each([['LOG_LEVEL', 'laut', /one of "fatal"\|"error"\|"warn"/]])(
  '%s=%s is refused in a sentence',
  (name, value, sentence) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      new RegExp(`^Some settings cannot be used:\n  ${name}: .*${sentence.source}`),
    );
  },
);

test.each([['LOG_LEVEL', '', 'info']] as const)('%s=%s is taken as %j', (name, value, taken) => {
  expect(readSettings({ [name]: value })[name]).toEqual(taken);
});
