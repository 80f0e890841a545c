/** The number under which a request is found again in logs, audit and mails. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';

const MADE_HERE = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

test.each([
  ['0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11'],
  ['req-0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11'],
  ['req-0B6F1A52-7F1E-4D35-9F6A-6C1F6D1B8A11'],
])('that a caller gives as an id, %s, is kept', async (given) => {
  const reply = await api.anonymous.send('GET', '/livez', { headers: { 'X-Request-Id': given } });

  expect(reply.headers.get('x-request-id')).toBe('req-0b6f1a52-7f1e-4d35-9f6a-6c1f6d1b8a11');
});

test.each([
  ['7107010101900001', 'a NIK'],
  ['req-7107010101900001', 'a NIK behind our own beginning'],
  ['budi-santoso', 'a name'],
])('that could tell of somebody, %s (%s), is not taken', async (given) => {
  const reply = await api.anonymous.send('GET', '/livez', { headers: { 'X-Request-Id': given } });

  expect(reply.headers.get('x-request-id')).toMatch(MADE_HERE);
});
