/** Sessions and passwords over time: what ends them, what they are good for, and who reads of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { emailOf, offices } from '../../support/cast.ts';
import type { PersonName } from '../../support/cast.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

const browserOf = (person: PersonName) => api.signIn(emailOf(person));

describe('one’s own sessions', () => {
  test('are listed with the browser, and the one that asks is marked', async () => {
    const [first, second] = [await browserOf('legal-mitra'), await browserOf('legal-mitra')];

    const { body } = await second.get('/sessions');
    const own = body.items.filter(({ isThis }: { isThis: boolean }) => isThis);

    expect(body.items).toHaveLength(2);
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({ browser: expect.stringContaining('node') });
    expect((await first.get('/sessions')).body.items).toHaveLength(2);
  });

  test('are ended one by one, at once, and nobody else’s are', async () => {
    const [lost, kept] = [await browserOf('desk-mitra'), await browserOf('desk-mitra')];
    const foreign = await api.as('proposer-minahasa');
    const { body } = await kept.get('/sessions');
    const { id } = body.items.find(({ isThis }: { isThis: boolean }) => !isThis);

    const byAnother = await foreign.post(`/sessions/${id}/endings`);
    const before = await lost.get('/session');
    const ended = await kept.post(`/sessions/${id}/endings`);

    expect([byAnother.status, before.status, ended.status]).toEqual([404, 200, 204]);
    expect((await lost.get('/session')).status).toBe(401);
    expect((await kept.get('/session')).status).toBe(200);
  });

  test('end when the password is changed, but for the one in which it is', async () => {
    const [other, own] = [await browserOf('social-mitra'), await browserOf('social-mitra')];

    const changed = await change(own, TEST_PASSWORD, 'kata sandi pilihan sendiri');

    expect(changed.status).toBe(200);
    expect((await own.get('/session')).status).toBe(200);
    expect((await other.get('/session')).status).toBe(401);
  });

  test('end after a week, however much they are used', async () => {
    const caller = await browserOf('head-kanwil');
    const age = (days: number) =>
      api.rows(
        `update auth.session set created_at = now() - $1 * interval '1 day',
         expires_at = now() + interval '12 hours' where user_id = 'head-kanwil'`,
        [days],
      );

    await age(6.9);
    const inTime = await caller.get('/session');
    await age(7.1);
    const late = await caller.get('/session');

    expect([inTime.status, late.status]).toEqual([200, 401]);
  });
});

describe('a password for one use', () => {
  let admin: Caller;
  let password: string;
  beforeEach(async () => {
    admin = await api.as('admin-mitra');
    const reset = await admin.post('/users/approver-mitra/password-resets');
    password = reset.body.oneTimePassword as string;
  });

  test('works once', async () => {
    await api.signIn(emailOf('approver-mitra'), password);

    const again = await signIn(emailOf('approver-mitra'), password);

    expect(again.body).toMatchObject({ status: 401, code: 'OneTimePasswordSpent' });
  });

  test('of two who use it at once lets one in', async () => {
    const replies = await Promise.all(
      [1, 2, 3].map(() => signIn(emailOf('approver-mitra'), password)),
    );

    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  test('works for a week', async () => {
    const age = (days: number) =>
      api.rows(
        `update auth."user" set password_given_at = now() - $1 * interval '1 day'
         where id = 'approver-mitra'`,
        [days],
      );

    await age(7.1);
    const late = await signIn(emailOf('approver-mitra'), password);
    await age(6.9);
    const inTime = await signIn(emailOf('approver-mitra'), password);

    expect(late.body).toMatchObject({ status: 401, code: 'OneTimePasswordSpent' });
    expect(inTime.status).toBe(200);
  });

  test('that is wrong is answered like any other', async () => {
    const wrong = await signIn(emailOf('approver-mitra'), 'abcde-abcde-abcde-abcde');

    expect(wrong.body).toMatchObject({ status: 401, code: 'SignInWrong' });
  });
});

describe('a password of one’s own', () => {
  test.each([
    'password1234',
    'P@ssw0rd1234',
    '123456789012',
    'qwertyuiop12',
    'aaaaaaaaaaaa',
    'passwordpassword',
    'Indonesia2024',
    'bismillah123',
    'katasandi1234',
    'Mapalus12345',
    'inspector-minahasa',
  ])('is not one that others would try first: %s', async (next) => {
    const person = await api.as('inspector-minahasa');

    const reply = await change(person, TEST_PASSWORD, next);

    expect(reply.body).toMatchObject({
      status: 422,
      code: 'PasswordCommon',
      errors: [{ field: 'newPassword' }],
    });
  });
});

describe('the trail', () => {
  test('tells administrators what happened to the accounts that they keep', async () => {
    const admin = await api.as('admin-minahasa');
    await signIn(emailOf('legal-minahasa'), 'bukan kata sandi');
    const person = await browserOf('legal-minahasa');
    await change(person, TEST_PASSWORD, 'sandi panjang untuk Minahasa');
    await admin.post('/users/legal-minahasa/memberships', {
      office: offices.minahasaLabour,
      role: 'inspector',
    });
    await admin.post('/users/legal-minahasa/password-resets');

    const { body } = await admin.get('/security-events?user=legal-minahasa');
    const elsewhere = await (
      await api.as('admin-mitra')
    ).get('/security-events?user=legal-minahasa');
    const operator = await (
      await api.as('admin-operator')
    ).get('/security-events?user=legal-minahasa');

    const person_ = { id: 'legal-minahasa', name: 'Contoh legal-minahasa' };
    const by = { id: 'admin-minahasa', name: 'Contoh admin-minahasa' };
    expect(body.items).toMatchObject([
      { kind: 'password-reset', code: null, user: person_, by },
      { kind: 'role-given', code: 'inspector', user: person_, by },
      { kind: 'password-changed', code: null, user: person_, by: null },
      { kind: 'sign-in', code: null, user: person_, by: null },
      { kind: 'sign-in-refused', code: 'SignInWrong', user: person_, by: null },
    ]);
    expect(elsewhere.body.items).toEqual([]);
    expect(operator.body.items).toHaveLength(5);
  });

  test('of accounts that nobody has is the operator’s alone', async () => {
    await signIn('bukan-siapa-siapa@example.test', 'menebak');

    const ofNobody = async (person: PersonName) => {
      const { body } = await (await api.as(person)).get('/security-events?limit=100');
      return body.items.filter(({ user }: { user: unknown }) => user === null);
    };

    expect(await ofNobody('admin-mitra')).toEqual([]);
    expect(await ofNobody('admin-operator')).toMatchObject([
      { kind: 'sign-in-refused', code: 'SignInWrong' },
    ]);
  });
});

function signIn(email: string, password: string) {
  return api.anonymous.send('POST', '/api/auth/sign-in/email', {
    body: JSON.stringify({ email, password }),
    headers: { 'Content-Type': 'application/json' },
  });
}

function change(caller: Caller, currentPassword: string, newPassword: string) {
  return caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword }),
    headers: { 'Content-Type': 'application/json' },
  });
}
