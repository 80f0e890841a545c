/** An account, its roles, its password and the audit of them are written together or not at all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { emailOf, offices } from '../../support/cast.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';
import { aLock } from '../../support/locks.ts';

let api: Api;
let admin: Caller;
beforeAll(async () => {
  api = await anApi('2024-01-08');
  admin = await api.as('admin-mitra');
});
afterAll(() => api.stop());

describe('when the audit cannot be written', () => {
  test('a password that was to be reset is as it was, and nobody is signed out', async () => {
    const person = await api.as('desk-mitra');
    const undo = await refusing('audit_event', 'insert');

    const reset = await admin.post('/users/desk-mitra/password-resets');
    await undo();

    expect(reset.status).toBe(503);
    expect((await person.get('/session')).body.mustChangePassword).toBe(false);
    await expect(api.signIn(emailOf('desk-mitra'), TEST_PASSWORD)).resolves.toBeDefined();
  });
});

describe('while the audit of a new account waits', () => {
  test('there is no account yet', async () => {
    const email = 'baru@example.test';
    const subject = `office/${offices.mitraLegal}`;
    await api.rows(`select append_audit($1, 'before', '{}')`, [subject]);
    const head = await aLock(api.engine, 'audit_head', `subject = '${subject}'`);
    const memberships = [{ office: offices.mitraLegal, role: 'legal' }];
    const asked = admin.post('/users', { name: 'Orang Baru', email, memberships });
    await head.waitedFor;

    const seen = await api.rows('select id from auth."user" where email = $1', [email]);
    await head.letGo();

    expect(seen).toEqual([]);
    expect((await asked).status).toBe(201);
  });
});

describe('a password of one’s own', () => {
  test('is not taken while it cannot be noted that it is one’s own', async () => {
    const reset = await admin.post('/users/treasurer-mitra/password-resets');
    const password = reset.body.oneTimePassword as string;
    const person = await api.signIn(emailOf('treasurer-mitra'), password);
    const kept = await api.rows(passwordOf, ['treasurer-mitra']);
    const undo = await refusing('auth."user"', 'update');

    const changed = await change(person, password, 'kata sandi pilihan sendiri');
    await undo();

    expect(changed.status).toBe(503);
    expect(await api.rows(passwordOf, ['treasurer-mitra'])).toEqual(kept);
  });
});

const passwordOf = 'select password from auth.account where user_id = $1';

function change(caller: Caller, currentPassword: string, newPassword: string) {
  return caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword, newPassword }),
    headers: { 'Content-Type': 'application/json' },
  });
}

/** Has PostgreSQL refuse what is done to a table, until it is undone. */
async function refusing(table: string, verb: 'insert' | 'update'): Promise<() => Promise<void>> {
  await api.rows(`create or replace function refuse() returns trigger language plpgsql as $$
    begin raise exception 'no space' using errcode = 'disk_full'; end $$;
    create trigger refusing before ${verb} on ${table} for each row execute function refuse()`);
  return async () => void (await api.rows(`drop trigger refusing on ${table}`));
}
