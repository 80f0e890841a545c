/** What the contract's own checks say about a field, as people read it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-01-08');
});
afterAll(() => api.stop());

test.each([
  ['\u200b', 'tidak memuat satu pun huruf atau angka yang terlihat'],
  ['PKS \ud800', 'bukan teks Unicode yang utuh'],
])('a name like %j is refused in a sentence and not by a code', async (name, message) => {
  const admin = await api.as('admin-mitra');

  const { body } = await admin.post('/offices', { kind: 'opd', name, parent: offices.mitra });

  expect(body).toMatchObject({ status: 422, code: 'InvalidRequest' });
  expect(body.errors).toContainEqual({ field: 'name', message });
});
