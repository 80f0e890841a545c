/** The description of the API: a valid document that tells of every route and of no other. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { CONTRACT } from '../../support/contract.ts';
import { describe as described } from '../../support/description.ts';

let api: Api;
let document: any;
beforeAll(async () => {
  api = await anApi('2024-01-08');
  const answer = await fetch(`${api.url}/api/v1/openapi.json`);
  document = await answer.json();
});
afterAll(() => api.stop());

test('is a valid OpenAPI 3.1 document', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));

  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(document.openapi).toBe('3.1.0');
});

test('tells of every route of the contract, the event stream, and nothing else', () => {
  const told = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );

  const defined = CONTRACT.map(({ method, path }) => `${method} ${path}`);
  expect(told.sort()).toEqual([...defined, 'get /events'].sort());
});

test('names each operation once, with its summary and its refusals', () => {
  const operations = Object.values<object>(document.paths).flatMap((path) =>
    Object.values<any>(path),
  );

  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  const everywhere = [400, 401, 403, 408, 413, 415, 422, 429, 431, 503].map(String);
  for (const { operationId, summary, responses } of operations) {
    expect(summary, operationId).toMatch(/\S/);
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(everywhere));
  }
  for (const status of [429, 503]) {
    const { headers } = document.components.responses[`Refusal${status}`];
    expect(headers['Retry-After'], String(status)).toMatchObject({ required: true });
  }
});

test('says which requests need a key, and which take a version', () => {
  const parametersOf = (path: string) =>
    (document.paths[path].post.parameters as { name: string; in: string; required?: boolean }[])
      .filter((parameter) => parameter.in === 'header')
      .map(({ name, required = false }) => [name, required]);

  expect(parametersOf('/agreements/{id}/submissions')).toEqual([
    ['Idempotency-Key', true],
    ['If-Match', false],
  ]);
});

test('leaves no reference open', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, pointer = '']) => pointer,
  );

  const open = references.filter(
    (pointer) => pointer.split('/').reduce((at, key) => at?.[key], document) === undefined,
  );
  expect(references.length).toBeGreaterThan(50);
  expect(open).toEqual([]);
});

test('shows of every body an example that is accepted as it is written', () => {
  const bodies = CONTRACT.filter(({ body }) => body !== undefined);

  const wrong = bodies.flatMap(({ operationId, body, example }) => {
    const { success = false, error } = body?.safeParse(example) ?? {};
    return success ? [] : [`${operationId}: ${error?.message}`];
  });
  expect(bodies.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

describe('links', () => {
  type Link = { operationId: string; parameters: Record<string, string> };
  const linksOf = (path: string, method: string, status: number): Record<string, Link> =>
    document.paths[path][method].responses[status].links;

  test('lead from a created agreement to all that can be asked of it', () => {
    const ofOne = CONTRACT.filter(({ path }) => path.startsWith('/agreements/{id}'));

    const links = linksOf('/agreements', 'post', 201);
    expect(Object.keys(links).sort()).toEqual(ofOne.map(({ operationId }) => operationId).sort());
    expect(links['approveAgreement']).toEqual({
      operationId: 'approveAgreement',
      parameters: { id: '$response.body#/id' },
      requestBody: { step: '$response.body#/approvals/0/id' },
    });
  });

  test('lead to every operation that takes an id', () => {
    const reached = Object.values<any>(document.paths)
      .flatMap((path) => Object.values<any>(path))
      .flatMap(({ responses }) => Object.values<any>(responses))
      .flatMap(({ links = {} }) => Object.keys(links as object));

    const byId = CONTRACT.filter(({ params }) => params !== undefined);
    const unreached = byId.filter(({ operationId }) => !reached.includes(operationId));
    expect(unreached.map(({ operationId }) => operationId)).toEqual([]);
  });

  test('name parameters that the operation has', () => {
    const all = Object.values<any>(document.paths)
      .flatMap((path) => Object.values<any>(path))
      .flatMap(({ responses }) => Object.values<any>(responses))
      .flatMap(({ links = {} }) => Object.values(links as Record<string, Link>));

    const wrong = all.filter(({ operationId, parameters }) => {
      const { params, query } = CONTRACT.find((each) => each.operationId === operationId) ?? {};
      const known = Object.keys({ ...params?.shape, ...query?.shape });
      return !Object.keys(parameters).every((name) => known.includes(name));
    });
    expect(all.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});

describe('an answer that the description does not know', () => {
  const hold = described(CONTRACT);
  const headers = (more: Record<string, string> = {}) =>
    new Headers({
      'X-Request-Id': 'req-00000000-0000-4000-8000-000000000000',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json',
      ...more,
    });
  const answered = (body: unknown, status = 200, more?: Record<string, string>) => ({
    status,
    headers: headers(more),
    text: JSON.stringify(body),
    body,
  });
  const PAGE = { items: [], nextCursor: null };

  test('is noticed by its status, its headers, its media type and its body', () => {
    const without = headers();
    without.delete('X-Request-Id');

    expect(hold('GET', '/api/v1/agreements', answered(PAGE))).toBeUndefined();
    for (const [what, wrong] of [
      ['which the description does not know here', answered(PAGE, 418)],
      ['without X-Request-Id', { ...answered(PAGE), headers: without }],
      ['as text/html', answered(PAGE, 200, { 'Content-Type': 'text/html' })],
      ['against its description', answered({ items: [] })],
      ['without Retry-After', answered({}, 429)],
    ] as const) {
      expect(hold('GET', '/api/v1/agreements', wrong)).toContain(what);
    }
    expect(hold('GET', '/api/v1/agreement', answered(PAGE))).toContain('not described');
    expect(hold('PUT', '/api/v1/agreements', answered({}, 405, { Allow: 'GET' }))).toContain(
      'get,head,post is described',
    );
  });
});
