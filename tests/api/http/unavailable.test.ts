/** Which failures are an outage (503), and which a defect of ours (500). */
import { expect, test } from 'vitest';
import { isAway } from '../../../api/http/unavailable.ts';

test.each([
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
])('an outage: %s', (message) => {
  expect(isAway(new Error('in a transaction', { cause: new Error(message) }))).toBe(true);
});

test('a defect is none', () => {
  expect(isAway(new TypeError('agreement is undefined'))).toBe(false);
});
