/** The description of the API: a valid document that tells of every route and of no other. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { CONTRACT } from '../../support/contract.ts';

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
  for (const { operationId, summary, responses } of operations) {
    expect(summary, operationId).toMatch(/\S/);
    expect(Object.keys(responses), operationId).toEqual(
      expect.arrayContaining(['401', '403', '422', '503']),
    );
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
