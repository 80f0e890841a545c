/** What makes a run of the independent tester count: every operation was answered with a success. */
import { describe, expect, test } from 'vitest';
import { inPlace, neverAnswered } from './description.ts';
import type { OpenApi } from './description.ts';

const DESCRIPTION: OpenApi = {
  paths: {
    '/agreements': { get: { operationId: 'listAgreements' } },
    '/agreements/{id}/turns': {
      post: {
        operationId: 'passTurn',
        parameters: [{ name: 'id', in: 'path' }],
        requestBody: { content: { 'application/json': { example: { to: 'sample', note: 'x' } } } },
      },
    },
    '/clock/advance': { post: { operationId: 'advanceClock' } },
  },
};

const turns = { method: 'post', route: '/api/v1/agreements/:id/turns' };
const list = { method: 'get', route: '/api/v1/agreements' };

describe('a run of the tester', () => {
  test('is over well when each operation was answered with a success, however often it was refused', () => {
    const counts = [
      { ...list, status: 200, times: 1 },
      { ...turns, status: 200, times: 1 },
      { ...turns, status: 409, times: 900 },
    ];

    expect(neverAnswered(DESCRIPTION, counts)).toEqual([]);
  });

  test('is not when one was only refused, as after the session was lost', () => {
    const counts = [
      { ...list, status: 200, times: 1 },
      { ...turns, status: 401, times: 12 },
      { ...turns, status: 422, times: 3 },
    ];

    expect(neverAnswered(DESCRIPTION, counts)).toEqual([
      'passTurn was never answered with a success (12 × 401, 3 × 422).',
    ]);
  });

  test('is not when the tester asked elsewhere', () => {
    const counts = [{ method: 'get', route: 'none', status: 404, times: 5_000 }];

    expect(neverAnswered(DESCRIPTION, counts)).toEqual([
      'listAgreements was never answered with a success (not asked).',
      'passTurn was never answered with a success (not asked).',
    ]);
  });
});

test('examples are put in their place: an id for the path, and those of this installation in the body', () => {
  const { paths } = inPlace(DESCRIPTION, {
    byOperation: { passTurn: { id: 'an-agreement', body: { note: 'y' } } },
    samples: { sample: 'an-office' },
  });

  expect(paths['/agreements/{id}/turns']?.['post']).toEqual({
    operationId: 'passTurn',
    parameters: [{ name: 'id', in: 'path', example: 'an-agreement' }],
    requestBody: {
      content: { 'application/json': { example: { to: 'an-office', note: 'y' } } },
    },
  });
});
