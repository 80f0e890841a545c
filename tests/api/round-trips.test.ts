/** How often a request goes to PostgreSQL and back, counted on the wire. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { proposed } from '../support/agreements-over-http.ts';
import { emailOf } from '../support/cast.ts';
import { aCountingProxy } from '../support/counting-proxy.ts';
import type { CountingProxy } from '../support/counting-proxy.ts';

let proxy: CountingProxy;
let api: Api;
let agreement: string;
beforeAll(async () => {
  proxy = await aCountingProxy(inject('postgres').superuserUrl);
  api = await anApi('2024-01-08', {
    appUrl: proxy.by,
    pingEvery: 600_000,
    // Longer than this test takes on any machine.
    sessionsKept: 600_000,
  });
  agreement = (await proposed(api)).at;
});
afterAll(async () => {
  await api.stop();
  await proxy.close();
});

// Whose session nobody has looked up yet; the connections are open.
async function tripsFor(path: string): Promise<number> {
  const somebody = await api.signIn(emailOf('proposer-mitra'));
  proxy.count();
  const { status } = await somebody.get(path);
  expect(status).toBe(200);
  return proxy.count();
}

test('a session takes one round trip', async () => {
  expect(await tripsFor('/session')).toBe(1);
});

test('an agreement takes four, with its session, the beginning and the end', async () => {
  expect(await tripsFor(agreement)).toBe(4);
});

test('a page of the list takes four, with its session, the beginning and the end', async () => {
  expect(await tripsFor('/agreements')).toBe(4);
});

test('a session that is kept takes none, until something changes', async () => {
  const [one, other] = [await api.signIn(emailOf('legal-mitra')), await api.as('proposer-mitra')];
  await one.get('/session');
  proxy.count();

  await one.get('/session');
  const kept = proxy.count();
  await other.post('/agreements', {});
  proxy.count();
  await one.get('/session');

  expect([kept, proxy.count()]).toEqual([0, 1]);
});

test('a session that somebody ended is nobody’s at once', async () => {
  const somebody = await api.signIn(emailOf('legal-mitra'));
  const before = await somebody.get('/session');

  await somebody.send('POST', '/api/auth/sign-out');
  const after = await somebody.get('/session');

  expect([before.status, after.status]).toEqual([200, 401]);
});
