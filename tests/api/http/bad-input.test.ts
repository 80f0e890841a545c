/**
 * What no well-meaning page would send: bodies that are no JSON, far too large or from elsewhere,
 * and whatever a generator comes up with. Nothing of it is a fault of ours, and no agreement stalls.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lifecycleId } from '../../../workflows/agreement/messages.ts';
import { anApi, ORIGIN } from '../../support/api.ts';
import type { Api, Caller, Reply } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { CONTRACT } from '../../support/contract.ts';
import { aPksBody, inSigning, proposed } from '../../support/agreements-over-http.ts';

let api: Api;
let proposer: Caller;
beforeAll(async () => {
  api = await anApi('2024-01-08');
  proposer = await api.as('proposer-mitra');
});
afterAll(() => api.stop());

/** Sends exactly these bytes. */
function bytes(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Reply> {
  return proposer.send('POST', '/agreements', {
    body: body as BodyInit,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID(), ...headers },
  });
}

describe('a body', () => {
  const NO_JSON = {
    status: 400,
    code: 'MalformedJson',
    detail: 'Isi permintaan bukan JSON yang sah dalam UTF-8.',
  };

  test.each<[string, string | Uint8Array, string?]>([
    ['that breaks off', '{"title": "PKS'],
    ['with two values', '{} {}'],
    ['with a byte that UTF-8 does not have', Buffer.from([...Buffer.from('{"title":"'), 0xff])],
    ['in UTF-16', Buffer.from('{"title":"PKS"}', 'utf16le')],
    ['in UTF-16 that says so', Buffer.from('{"title":"PKS"}', 'utf16le'), 'charset=utf-16'],
    ['in Latin-1 that says so', Buffer.from('{"title":"é"}', 'latin1'), 'charset=iso-8859-1'],
  ])('%s is refused as it is', async (_what, body, charset = '') => {
    const reply = await bytes(body, { 'Content-Type': `application/json; ${charset}` });

    expect(reply.body).toMatchObject(NO_JSON);
  });

  test('of ten megabytes is not read to its end', async () => {
    const reply = await bytes(JSON.stringify({ title: 'x'.repeat(10 * 1024 * 1024) }));

    expect(reply.body).toMatchObject({
      status: 413,
      code: 'BodyTooLarge',
      detail: 'Isi permintaan melebihi 256 kB. Ringkaslah teksnya.',
    });
  });

  test('of ten megabytes that hides its length is not, either', async () => {
    const piece = new TextEncoder().encode(' '.repeat(64 * 1024));
    let sent = 0;
    const endless = new ReadableStream({
      pull: (stream) => ((sent += 1) > 160 ? stream.close() : stream.enqueue(piece)),
    });

    const reply = await proposer.send('POST', '/agreements', {
      body: endless,
      duplex: 'half',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    } as RequestInit);

    expect(reply.body).toMatchObject({ status: 413, code: 'BodyTooLarge' });
  });

  test('that is a form is asked for as JSON', async () => {
    const reply = await bytes('title=PKS', { 'Content-Type': 'application/x-www-form-urlencoded' });

    expect(reply.body).toMatchObject({
      status: 415,
      code: 'NotJson',
      detail: 'Kirim isi permintaan sebagai application/json.',
    });
  });

  test('from another site is not taken, whatever it is', async () => {
    const foreign = await bytes('{', { Origin: 'https://elsewhere.test' });
    const hidden = await bytes('{}', { 'Sec-Fetch-Site': 'cross-site' });

    for (const { body } of [foreign, hidden]) {
      expect(body).toMatchObject({
        status: 403,
        code: 'CrossSite',
        detail: 'Permintaan yang mengubah data hanya diterima dari halaman Mapalus sendiri.',
      });
    }
  });

  test.each<[string, unknown, string[]]>([
    ['that is a list', [], ['(isi)']],
    ['that says nothing', {}, ['kind', 'title', 'form', 'legalBasis', 'term']],
    ['with nothing where a text belongs', aPksBody({ title: null }), ['title']],
    ['with a day that does not exist', aPksBody({ term: term('2024-02-30') }), ['term.start']],
    ['with a day in another century', aPksBody({ term: term('9999-12-31') }), ['term.start']],
    ['with half a character', aPksBody({ title: 'PKS \ud83d' }), ['title']],
    ['with a title that nobody can see', aPksBody({ title: '\u200b\u0000' }), ['title']],
    ['with a text without end', aPksBody({ title: 'x'.repeat(301) }), ['title']],
    ['with a field that nobody knows', aPksBody({ stage: 'active' }), ['stage']],
    ['with an office that is none', aPksBody({ proposer: "' or 1=1" }), ['proposer']],
    ['with five parties', aPksBody({ parties: Array(5).fill(party()) }), ['parties']],
  ])('%s has its fields named', async (_what, body, fields) => {
    const reply = await proposer.post('/agreements', body);

    expect(reply.body).toMatchObject({ status: 422, code: 'InvalidRequest' });
    expect(reply.body.errors.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(fields),
    );
    for (const { message } of reply.body.errors) expect(message).not.toBe('');
  });

  function term(start: string) {
    return { start, end: '2024-12-31' };
  }

  function party() {
    return { office: offices.tondano, side: 'bpjs' };
  }
});

describe('an address', () => {
  test.each([
    ['GET', `/agreements/${randomUUID()}`, 404, 'NotFound'],
    ['GET', '/agreements/not-an-id', 404, 'NotFound'],
    ['GET', '/agreements/%E0%A4%A', 404, 'NotFound'],
    ['GET', '/nowhere', 404, 'NotFound'],
    ['DELETE', '/agreements', 405, 'MethodNotAllowed'],
    ['GET', '/agreements?limit=0', 422, 'InvalidRequest'],
    ['GET', '/agreements?limit=10&limit=20', 422, 'InvalidRequest'],
    ['GET', '/agreements?cursor=%00', 422, 'CursorMalformed'],
    ['GET', '/agreements?colour=red', 422, 'InvalidRequest'],
  ])('%s %s is answered %d', async (method, path, status, code) => {
    const reply = await proposer.send(method, path);

    expect(reply.body).toMatchObject({ status, code });
  });

  test('of a command takes a version as ETags have it', async () => {
    const { at } = await proposed(api);

    const reply = await proposer.post(`${at}/submissions`, {}, { 'If-Match': 'latest' });

    expect(reply.body).toMatchObject({
      status: 400,
      code: 'IfMatchMalformed',
      detail: 'If-Match berisi ETag yang Anda terima, misalnya "7".',
    });
  });
});

describe('a list', () => {
  const idOf = (shape: unknown) => shape as { safeParse: (value: string) => { success: boolean } };
  const filters = CONTRACT.flatMap(({ method, path, query }) =>
    method !== 'get' || path.includes('{')
      ? []
      : Object.entries(query?.shape ?? {}).map(([name, shape]) => ({ path, name, shape })),
  ).filter(
    ({ shape, name }) =>
      !['q', 'cursor'].includes(name) && idOf(shape).safeParse(randomUUID()).success,
  );

  test.each(filters)(
    '$path filtered by a $name that is nowhere is empty',
    async ({ path, name }) => {
      const people = ['legal-mitra', 'head-tondano', 'admin-operator', 'inspector-mitra'] as const;
      const callers = await Promise.all(people.map((person) => api.as(person)));

      const unknown = randomUUID();
      for (const each of callers) {
        const reply = await each.get(`${path}?${name}=${unknown}`);
        const shouting = await each.get(`${path}?${name}=${unknown.toUpperCase()}`);

        expect([reply.status, shouting.status]).toEqual([reply.status, reply.status]);
        expect([200, 403]).toContain(reply.status);
        if (reply.status === 200) expect(reply.body.items).toEqual([]);
      }
    },
  );

  test('by an office above that is asked for with another office is what both have', async () => {
    const both = await proposer.get(
      `/office-holders?signsFor=${offices.mitraLabour}&office=${offices.mitraLabour}`,
    );
    const neither = await proposer.get(
      `/office-holders?signsFor=${offices.mitraLabour}&office=${offices.mitraLegal}`,
    );

    expect(both.body.items.map(({ id }: { id: string }) => id)).toEqual([holders.labourHeadMitra]);
    expect(neither.body.items).toEqual([]);
  });
});

describe('whatever is generated', () => {
  // Values that have broken programs before.
  const NASTY: unknown[] = [
    ...[null, true, 0, -1, 1e21, '', ' ', '\u0000', '\ud800', '\u202e', 'x'.repeat(5_000), [], {}],
    ...['2024-02-30', '0001-01-01', '9999-12-31', '2024-12-31', '1900-01-01', '2199-12-31'],
    ...[offices.manado, holders.headManado, randomUUID(), '71.07', '99', '__proto__', "'; --"],
    ...[[null], [[[[[[]]]]]], { office: null }, 'mou', 'expired', 'superseded', 'outside'],
  ];

  type Path = (string | number)[];

  /** A body of this shape in which up to three things are not what they should be. */
  function bent(body: object): fc.Arbitrary<unknown> {
    const places = placesIn(body);
    const place = places.length > 0 ? fc.constantFrom(...places) : fc.constant<Path>(['more']);
    const change = fc.tuple(place, fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue()));
    return fc.array(change, { minLength: 0, maxLength: 3 }).map((changes) => {
      const copy: unknown = structuredClone(body);
      for (const [path, value] of changes) put(copy, path, value);
      return copy;
    });
  }

  test('is no fault of ours, and every agreement goes on', async () => {
    const [young, ready] = await Promise.all([proposed(api), inSigning(api)]);
    const party = offices.mitraLabour;
    const requests: [string, object][] = [
      ['/agreements', aPksBody()],
      ['/offices', { kind: 'opd', name: 'Dinas', parent: offices.mitra, region: '71.07' }],
      ['/users', { name: 'A', email: 'a@b.test', memberships: [{ office: party, role: 'legal' }] }],
      [
        '/office-holders',
        {
          office: party,
          personName: 'Contoh',
          position: 'Kepala',
          capacity: 'definitif',
          from: '2024-01-01',
          signs: ['pks'],
          decree: { number: '1', date: '2024-01-01' },
        },
      ],
      [`${young.at}/turns`, { to: offices.tondano }],
      [`${young.at}/dates`, { term: { start: '2024-02-01', end: '2024-12-31' }, reason: 'Mundur' }],
      [`${young.at}/submissions`, { office: party, evidence: { number: '1', date: '2024-01-08' } }],
      [`${young.at}/approvals`, { step: 'hukum', actedBy: holders.legalHeadMitra }],
      [`${ready.at}/numbers`, { party, number: '1/PKS/2024', dated: '2024-01-08' }],
      [
        `${ready.at}/signatures`,
        { party, actedBy: holders.labourHeadMitra, signedOn: '2024-01-08' },
      ],
      [`${ready.at}/renewals`, { term: { start: '2025-01-01', end: '2025-12-31' } }],
    ];
    const people = ['proposer-mitra', 'legal-mitra', 'officer-tondano', 'admin-mitra'] as const;
    const callers = await Promise.all(people.map((person) => api.as(person)));
    const request = fc
      .constantFrom(...requests)
      .chain(([path, body]) => fc.tuple(fc.constant(path), bent(body)));

    await fc.assert(
      fc.asyncProperty(request, fc.nat(callers.length - 1), async ([path, body], who) => {
        const status = await posted(path, JSON.stringify(body), callers[who] ?? proposer);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );

    const states = await Promise.all([young, ready].map(({ id }) => runOf(id)));
    expect(states).toEqual(states.map(() => ({ status: 'RUNNING', attempts: 0 })));
    for (const { at } of [young, ready]) {
      const legal = await api.as('legal-mitra');
      const ended = await legal.post(`${at}/withdrawals`, { reason: 'Selesai' });
      expect(ended).toMatchObject({ status: 200, body: { stage: 'ended' } });
    }
  });

  test('as bytes is refused as a request', async () => {
    const anything = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }));

    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const status = await posted('/agreements', body as BodyInit, proposer);
        expect([400, 422]).toContain(status);
      }),
      { numRuns: 100 },
    );
  });

  // Past the contract, which every other answer is held against: its sentences may quote these bodies.
  async function posted(path: string, body: BodyInit, { cookie }: Caller): Promise<number> {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method: 'POST',
      body,
      headers: {
        Cookie: cookie,
        Origin: ORIGIN,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
      },
    });
    // Read to its end: a connection whose answer nobody reads is not used again.
    await response.arrayBuffer();
    return response.status;
  }

  // Each field of a body, however deep, and a field that it does not have.
  function placesIn(value: unknown, at: Path = []): Path[] {
    if (value === null || typeof value !== 'object') return [];
    const inner = Object.entries(value).flatMap(([key, each]): Path[] => [
      [...at, key],
      ...placesIn(each, [...at, key]),
    ]);
    return [...inner, [...at, 'more']];
  }

  function put(body: unknown, path: Path, value: unknown): void {
    const [key = '', ...rest] = path;
    if (body === null || typeof body !== 'object') return;
    const record = body as Record<string, unknown>;
    if (rest.length > 0) put(record[key], rest, value);
    else record[key] = value;
  }

  async function runOf(id: string) {
    const { status, raw } = await api.engine.client.workflow.getHandle(lifecycleId(id)).describe();
    // A workflow task that fails is tried again and again; then nothing else would be done.
    const attempt = raw.pendingWorkflowTask?.attempt ?? 1;
    return { status: status.name, attempts: attempt - 1 };
  }
});
