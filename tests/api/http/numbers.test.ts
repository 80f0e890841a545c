/** The numbers by which an operator sees how the API is used: what belongs together is counted together. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

test.each([
  ['GET', '/agreements/{id}', 404],
  ['POST', '/agreements/{id}/submissions', 400],
  ['PUT', '/agreements/{id}', 405],
])(
  'a refusal (%s %s, %i) is counted with the successes of its route',
  async (method, at, status) => {
    const person = await api.as('proposer-mitra');
    const line = `{method="${method}",route="/api/v1${at.replace('{id}', ':id')}",status="${status}"} `;
    const counted = async () => {
      const numbers = await (await fetch(`${api.url}/metrics`)).text();
      expect(numbers).not.toContain('route="/agreements');
      return Number(numbers.split(`request_seconds_count${line}`)[1]?.split('\n')[0] ?? 0);
    };
    const before = await counted();

    await person.send(method, at.replace('{id}', randomUUID()));

    await expect.poll(counted).toBe(before + 1);
  },
);
