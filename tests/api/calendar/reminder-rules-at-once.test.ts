/** Reminder rules that several people publish at the same moment. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

test('two sets of reminder rules that are published at once are both put in force', async () => {
  const operator = await api.as('admin-operator');
  const publish = (mailHour: number) =>
    operator.post('/reminder-policies', { daysBefore: [30], mailHour });

  const published = await Promise.all([6, 7, 8, 9, 10].map(publish));

  expect(published.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(published.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6]);
});
