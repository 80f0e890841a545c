/** How many attempts to sign in may fail, and that nobody is kept out by what somebody else does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api, Reply } from '../../support/api.ts';
import { emailOf, PEOPLE } from '../../support/cast.ts';
import type { PersonName } from '../../support/cast.ts';
import { TEST_PASSWORD } from '../../support/test-servers.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

const everybody = Object.keys(PEOPLE) as PersonName[];

test('twelve colleagues behind one address get in, each after two mistakes', async () => {
  const office = '10.8.0.1';
  const heard: number[] = [];
  for (const person of everybody.slice(0, 12)) {
    const replies = [
      await attempt(person, office, 'salah ketik'),
      await attempt(person, office, 'salah lagi'),
      await attempt(person, office),
    ];
    heard.push(...replies.map(({ status }) => status));
  }

  expect(heard).toEqual(Array(12).fill([401, 401, 200]).flat());
});

test('who gets in is not counted, however often', async () => {
  const replies: Reply[] = [];
  for (let time = 1; time <= 15; time += 1) {
    replies.push(await attempt('legal-mitra', '10.8.0.2'));
  }

  expect(replies.map(({ status }) => status)).toEqual(Array(15).fill(200));
});

test('after ten failures one attempt a minute is taken, and the colleague beside is let in', async () => {
  const failures = await fail('desk-mitra', '10.8.0.3', 10);

  const right = await attempt('desk-mitra', '10.8.0.3');
  const colleague = await attempt('legal-mitra', '10.8.0.3');
  await aMinutePasses();
  const later = await attempt('desk-mitra', '10.8.0.3');

  expect(failures).toEqual(Array(10).fill(401));
  expect(right.body).toMatchObject({ status: 429, code: 'TooManyAttempts' });
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(50);
  expect([colleague.status, later.status]).toEqual([200, 200]);
});

test('of thirty attempts at once ten are taken', async () => {
  const replies = await Promise.all(
    Array.from({ length: 30 }, () => attempt('inspector-mitra', '10.8.0.4', 'menebak')),
  );

  const taken = replies.filter(({ status }) => status === 401);
  expect([taken.length, replies.length - taken.length]).toEqual([10, 20]);
});

test('who tries many accounts keeps out strangers to the address, and nobody who works there', async () => {
  const office = '10.8.0.5';
  await attempt('approver-mitra', office);
  for (let at = 1; at <= 60; at += 1) await signIn(`tebakan-${at}@example.test`, office, 'menebak');

  const stranger = await attempt('stranger', office);
  const atWork = await attempt('approver-mitra', office);
  const elsewhere = await attempt('stranger', '10.8.0.6');

  expect([stranger.status, atWork.status, elsewhere.status]).toEqual([429, 200, 200]);
});

test('who guesses from many addresses keeps nobody out where they work', async () => {
  await attempt('head-tondano', '10.8.1.1');
  for (let at = 1; at <= 30; at += 1) await attempt('head-tondano', `10.8.2.${at}`, 'menebak');

  const guessing = await attempt('head-tondano', '10.8.2.31', 'menebak');
  const atWork = await attempt('head-tondano', '10.8.1.1');

  expect([guessing.status, atWork.status]).toEqual([429, 200]);
});

test('an address of IPv6 stands for its whole network', async () => {
  await fail('head-manado', '2001:db8:7:1::1', 5);
  await fail('head-manado', '2001:db8:7:1:ffff::2', 5);

  const sameNetwork = await attempt('head-manado', '2001:db8:7:1:0:3::', 'menebak');
  const anotherNetwork = await attempt('head-manado', '2001:db8:7:2::1', 'menebak');

  expect([sameNetwork.status, anotherNetwork.status]).toEqual([429, 401]);
});

test('the password of now is guessed no oftener where it is to be changed', async () => {
  const person = await api.as('treasurer-mitra');
  const change = () =>
    person.send('POST', '/api/auth/change-password', {
      body: JSON.stringify({ currentPassword: 'menebak', newPassword: 'kata sandi yang baru' }),
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '10.8.0.7' },
    });

  const heard: string[] = [];
  for (let at = 1; at <= 11; at += 1) heard.push((await change()).body.code);

  expect(heard).toEqual([...Array<string>(10).fill('CurrentPasswordWrong'), 'TooManyAttempts']);
});

test('the trail tells of them by ids and codes, without names, addresses and where from', async () => {
  const rows = await api.rows<{ event: string }>(
    `select row_to_json(e)::text as event from auth.security_event e`,
  );

  expect(rows.length).toBeGreaterThan(100);
  const told = rows.map(({ event }) => event).join('\n');
  expect(told).not.toMatch(/example\.test|Contoh|10\.8\.|2001:db8/);
});

async function fail(person: PersonName, address: string, times: number): Promise<number[]> {
  const heard: number[] = [];
  for (let at = 1; at <= times; at += 1) {
    heard.push((await attempt(person, address, 'salah ketik')).status);
  }
  return heard;
}

const aMinutePasses = () =>
  api.rows(`update auth.security_event set at = at - interval '1 minute'`);

function attempt(person: PersonName, address: string, password = TEST_PASSWORD): Promise<Reply> {
  return signIn(emailOf(person), address, password);
}

function signIn(email: string, address: string, password: string): Promise<Reply> {
  return api.anonymous.send('POST', '/api/auth/sign-in/email', {
    body: JSON.stringify({ email, password }),
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
  });
}
