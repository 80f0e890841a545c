/** What people type: equal is what a reader takes for equal, and what nobody can see is not there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../support/api.ts';
import type { Api, Caller } from '../support/api.ts';
import { aPksBody, inSigning } from '../support/agreements-over-http.ts';
import { offices } from '../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
let admin: Caller;
let proposer: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  admin = await api.as('admin-mitra');
  proposer = await api.as('proposer-mitra');
});
afterAll(() => api.stop());

const office = (name: string) =>
  admin.post('/offices', { kind: 'opd', name, parent: offices.mitra, region: '71.07' });

describe('one name, however it is typed,', () => {
  const WRITTEN = 'Dinas "Kelautan" Ke-2';
  beforeAll(async () => {
    expect((await office(WRITTEN)).status).toBe(201);
  });

  test.each([
    ['in capitals', 'DINAS "KELAUTAN" KE-2'],
    ['with two blanks', 'Dinas  "Kelautan"  Ke-2'],
    ['with a blank that does not break', 'Dinas\u{A0}"Kelautan" Ke-2'],
    ['with a hyphen that does not break', 'Dinas "Kelautan" Ke\u{2011}2'],
    ['with a long dash', 'Dinas "Kelautan" Ke–2'],
    ['with printed quotes', 'Dinas “Kelautan” Ke-2'],
    ['with a space of no width', 'Dinas "Kela\u{200B}utan" Ke-2'],
    ['with a soft hyphen', 'Dinas "Kelau\u{AD}tan" Ke-2'],
    ['with a fullwidth digit', 'Dinas "Kelautan" Ke-２'],
  ])('is one office: %s', async (_how, name) => {
    expect((await office(name)).body).toMatchObject({ status: 409, code: 'NameTaken' });
  });

  test.each(['KELAUTAN', '“kelautan”', 'ke‑２', ' kela\u{200B}utan '])(
    'is found by %j',
    async (q) => {
      const { body } = await admin.get(`/offices?q=${encodeURIComponent(q)}`);
      expect(body.items).toMatchObject([{ name: WRITTEN }]);
    },
  );

  test('is one number', async () => {
    const [one, other] = [await inSigning(api), await inSigning(api)];
    const given = (number: string) => ({ party: offices.mitraLabour, number, dated: TODAY });
    const first = await proposer.post(`${one.at}/numbers`, given('560/PKS-7/2024'));
    const again = await proposer.post(`${other.at}/numbers`, given('５６０ / pks‑7/2024'));
    const found = await proposer.get(`/agreements?q=${encodeURIComponent('PKS‑７')}`);

    expect(first.status).toBe(200);
    expect(again.body).toMatchObject({ status: 409, code: 'NumberTaken' });
    expect(found.body.items).toMatchObject([{ id: one.id }]);
  });
});

describe('a search', () => {
  test.each([
    ['offices', '%'],
    ['offices', '_'],
    ['regions', '%'],
    ['regions', '_'],
    ['users', '%'],
    ['users', '_'],
    ['agreements', '%'],
    ['agreements', '_'],
  ])('in %s for %s looks for that character', async (list, q) => {
    const caller = list === 'agreements' ? proposer : admin;
    const { body } = await caller.get(`/${list}?q=${encodeURIComponent(q)}`);
    expect(body.items).toEqual([]);
  });
});

describe('names', () => {
  test('stand in the order of the alphabet, with numbers by their value', async () => {
    for (const name of ['Bidang 10', 'bidang 9', 'Bidang 1', 'Ágama', 'Zakat']) {
      expect((await office(name)).status).toBe(201);
    }
    const { body } = await admin.get(`/offices?institution=${offices.mitra}&limit=100`);
    const names = (body.items as { name: string }[]).map(({ name }) => name);
    const added = ['Ágama', 'Bidang 1', 'bidang 9', 'Bidang 10', 'Zakat'];

    expect(names.filter((name) => added.includes(name))).toEqual(added);
  });

  test.each([
    ['of nothing that can be seen', '\u{200B}\u{2060}'],
    ['of blanks', '   '],
    ['of a control character', '\u{7}'],
  ])('%s are refused by their field', async (_what, name) => {
    const { body } = await office(name);
    expect(body).toMatchObject({ status: 422, errors: [{ field: 'name' }] });
  });

  test('have one line, and nothing that turns the reading', async () => {
    const body = aPksBody({ title: ' PKS\nHari: 1 Januari 2030\u{202E}gnilap\u{0} ' });
    const reply = await proposer.post('/agreements', body);

    expect(reply.body.title).toBe('PKS Hari: 1 Januari 2030gnilap');
  });

  test('of letters that are composed of parts are kept composed', async () => {
    expect((await office('Cafe\u{301} Contoh')).body.name).toBe('Café Contoh');
  });
});

describe('an address', () => {
  const mailbox = (address: string) =>
    admin.patch(`/offices/${offices.mitraSocial}`, { mailbox: address });

  test('is taken without the blanks that came along', async () => {
    expect((await mailbox(' sosial@mitra.example\n')).body.mailbox).toBe('sosial@mitra.example');
  });

  test.each([
    ['of 65 letters before the @', `${'a'.repeat(65)}@kantor.example`],
    ['without an @', 'kantor.example'],
    ['with two', 'a@b@kantor.example'],
  ])('%s is none', async (_what, address) => {
    const { body } = await mailbox(address);
    expect(body).toMatchObject({
      status: 422,
      errors: [{ field: 'mailbox', message: expect.stringContaining('alamat surel') }],
    });
  });
});
