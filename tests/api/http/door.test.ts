/**
 * The door: nobody makes an account for themselves, passwords are kept as OWASP wants them, guessing
 * is slowed down for every API process at once, and a session ends when it should.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi, caller, ORIGIN } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';

let api: Api;
beforeAll(async () => {
  // As it is where nobody says otherwise.
  api = await anApi('2024-01-08', { settings: { PASSWORD_MEMORY: '' } });
});
afterAll(() => api.stop());

/** Knocks from this address. */
async function attempt(password: string, { address }: { address: string }) {
  return fetch(`${api.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN, 'X-Forwarded-For': address },
    body: JSON.stringify({ email: 'legal-mitra@example.test', password }),
  });
}

describe('an account', () => {
  test.each(['/sign-up/email', '/admin/create-user', '/admin/set-role', '/forget-password'])(
    'is not to be had or raised by oneself at %s',
    async (path) => {
      const reply = await api.anonymous.send('POST', `/api/auth${path}`, {
        body: JSON.stringify({
          name: 'Contoh',
          email: 'sendiri@example.test',
          password: TEST_PASSWORD,
        }),
        headers: { 'Content-Type': 'application/json' },
      });

      const made = await api.rows(`select from auth."user" where email = 'sendiri@example.test'`);
      expect(reply.body).toMatchObject({ status: 404, code: 'NotFound' });
      expect(made).toEqual([]);
    },
  );

  test('has its password kept as Argon2id, 64 MiB and three passes', async () => {
    const admin = await api.as('admin-mitra');
    const { status, body } = await admin.post('/users/social-mitra/password-resets');

    const [{ password }] = await api.rows(
      "select password from auth.account where user_id = 'social-mitra'",
    );

    expect(status).toBe(201);
    expect(password).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(password).not.toContain(body.oneTimePassword);
  });
});

describe('a session', () => {
  test('is kept in a cookie that scripts and other sites do not get', async () => {
    const response = await attempt(TEST_PASSWORD, { address: '10.20.0.3' });

    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^better-auth\.session_token=[^;]+;/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Max-Age=43200/);
  });

  test('ends by signing out, also for whoever kept the cookie', async () => {
    const person = await api.signIn('legal-mitra@example.test');
    const before = await person.get('/session');

    const out = await person.send('POST', '/api/auth/sign-out', {
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });
    const afterwards = await person.get('/session');

    expect([before.status, out.status, afterwards.status]).toEqual([200, 200, 401]);
    expect(afterwards.body).toMatchObject({ code: 'NotSignedIn' });
  });

  test('cannot be made up or changed', async () => {
    const { cookie } = await api.as('legal-mitra');
    const [name = '', token = ''] = cookie.split('=');
    const bent = token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));

    const replies = await Promise.all(
      [bent, token.slice(0, 20), 'null', ''].map((each) =>
        caller(api.url, `${name}=${each}`).get('/session'),
      ),
    );

    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  test('that is over in the database is over at once', async () => {
    const person = await api.signIn('legal-mitra@example.test');
    const token = decodeURIComponent(person.cookie.split('=')[1] ?? '').split('.')[0];
    await api.rows(
      "update auth.session set expires_at = now() - interval '1 second' where token = $1",
      [token],
    );

    const reply = await person.get('/session');

    expect(reply.status).toBe(401);
  });
});

describe('guessing', () => {
  // Counted in the database, so that it counts for all processes of an installation together.
  test('is slowed down after ten failures from one address', async () => {
    const address = '10.66.0.1';
    const answers = [];
    for (let guess = 0; guess < 10; guess += 1) {
      answers.push((await attempt(`tebakan ke-${guess}`, { address })).status);
    }

    const eleventh = await attempt(TEST_PASSWORD, { address });
    const [kept] = await api.rows(
      `select count(*)::int from auth.security_event where code = 'SignInWrong' group by origin
       having count(*) > 5`,
    );
    const elsewhere = await attempt(TEST_PASSWORD, { address: '10.66.0.2' });

    expect(answers).toEqual(Array(10).fill(401));
    expect(eleventh.status).toBe(429);
    expect(kept).toMatchObject({ count: 10 });
    expect(elsewhere.status).toBe(200);
  });
});
