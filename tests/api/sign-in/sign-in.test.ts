/** Signing in, signing out and changing one's password: what is refused, and in which words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller, Reply } from '../../support/api.ts';
import { emailOf } from '../../support/cast.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

const email = emailOf('officer-tondano');

describe('signing in', () => {
  test('with a wrong password is refused like a wrong address, in words people understand', async () => {
    const wrongPassword = await signIn({ email, password: 'bukan kata sandi' }, '10.9.0.1');
    const nobody = await signIn({ email: 'bukan@example.test', password: 'x' }, '10.9.0.2');

    expect(asProblem(wrongPassword)).toEqual({
      type: '/problems/sign-in-wrong',
      title: 'Tidak dapat masuk',
      status: 401,
      code: 'SignInWrong',
      detail:
        'Surel atau kata sandi tidak cocok. Periksa keduanya; bila lupa, mintalah kata sandi sekali pakai kepada administrator kantor Anda.',
      requestId: wrongPassword.headers.get('x-request-id'),
    });
    expect(nobody.body).toMatchObject({ status: 401, code: 'SignInWrong' });
  });

  test('names the fields that are missing or that nobody knows', async () => {
    const { body } = await signIn({ email: 'tanpa-at', callbackURL: '/x' }, '10.9.0.3');

    expect(body).toMatchObject({ status: 422, code: 'InvalidRequest' });
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'callbackURL',
      'email',
      'password',
    ]);
  });

  test('too often from one address is refused for a while, and says for how long', async () => {
    const replies: Reply[] = [];
    for (let attempt = 1; attempt <= 11; attempt += 1) {
      replies.push(await signIn({ email, password: 'bukan kata sandi' }, '10.9.0.4'));
    }

    const last = replies.at(-1);
    const seconds = Number(last?.headers.get('retry-after'));
    expect(replies.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(401));
    expect(last?.body).toMatchObject({
      status: 429,
      code: 'TooManyAttempts',
      detail: `Untuk keamanan, percobaan dibatasi. Coba lagi sesudah ${seconds} detik.`,
    });
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test('from pages of another site is refused', async () => {
    const reply = await signIn({ email, password: TEST_PASSWORD }, '10.9.0.5', {
      Origin: 'https://elsewhere.test',
    });

    expect(asProblem(reply)).toMatchObject({ status: 403, code: 'CrossSite' });
  });

  test.each([
    ['JSON that breaks off', '{"email":', 'application/json', 400, 'MalformedJson'],
    ['a form', 'email=a&password=b', 'application/x-www-form-urlencoded', 415, 'NotJson'],
    ['300 kB', `"${'a'.repeat(300_000)}"`, 'application/json', 413, 'BodyTooLarge'],
    ['no object', '[1]', 'application/json', 422, 'InvalidRequest'],
  ])('with %s is refused before anything is looked up', async (_what, body, type, status, code) => {
    const reply = await api.anonymous.send('POST', '/api/auth/sign-in/email', {
      body,
      headers: { 'Content-Type': type },
    });

    expect(asProblem(reply)).toMatchObject({ status, code });
  });
});

describe('changing one’s password', () => {
  const chosen = 'kata sandi pilihan sendiri';

  test('wants somebody who is signed in', async () => {
    const reply = await change(api.anonymous, TEST_PASSWORD, chosen);

    expect(asProblem(reply)).toMatchObject({ status: 401, code: 'NotSignedIn' });
  });

  test.each([
    ['bukan yang sekarang', chosen, 'CurrentPasswordWrong', 'currentPassword'],
    [TEST_PASSWORD, 'pendek', 'PasswordTooShort', 'newPassword'],
    [TEST_PASSWORD, 'p'.repeat(129), 'PasswordTooLong', 'newPassword'],
    [TEST_PASSWORD, TEST_PASSWORD, 'PasswordUnchanged', 'newPassword'],
  ])('from “%s” to “%s” is refused with %s', async (current, next, code, field) => {
    const legal = await api.as('legal-mitra');

    const reply = await change(legal, current, next);

    expect(asProblem(reply)).toMatchObject({ status: 422, code, errors: [{ field }] });
  });

  test('into the same one does not lift the duty to change it', async () => {
    await api.rows(`update auth."user" set must_change_password = true where id = 'desk-mitra'`);
    const desk = await api.as('desk-mitra');

    const unchanged = await change(desk, TEST_PASSWORD, TEST_PASSWORD);
    const still = await desk.get('/session');
    const changed = await change(desk, TEST_PASSWORD, chosen);
    const lifted = await desk.get('/session');

    expect(unchanged.body).toMatchObject({
      code: 'PasswordUnchanged',
      detail: 'Pilih kata sandi yang lain dari yang sekarang.',
    });
    expect(still.body).toMatchObject({ mustChangePassword: true });
    expect(changed.status).toBe(200);
    expect(lifted.body).toMatchObject({ mustChangePassword: false });
  });
});

test('signing out ends the session, and the cookie is taken back', async () => {
  const stranger = await api.signIn(emailOf('stranger'));

  const left = await stranger.send('POST', '/api/auth/sign-out');
  const afterwards = await stranger.get('/session');

  expect(left.status).toBe(200);
  expect(left.headers.getSetCookie().join()).toContain('Max-Age=0');
  expect(afterwards.body).toMatchObject({ status: 401, code: 'NotSignedIn' });
});

function signIn(body: unknown, address: string, headers: Record<string, string> = {}) {
  return api.anonymous.send('POST', '/api/auth/sign-in/email', {
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address, ...headers },
  });
}

function change(caller: Caller, currentPassword: string, newPassword: string) {
  return caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword }),
    headers: { 'Content-Type': 'application/json' },
  });
}

// Answers below /api/auth are not in the contract, but look like all others.
function asProblem({ headers, body }: Reply) {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body.requestId).toBe(headers.get('x-request-id'));
  return body;
}
