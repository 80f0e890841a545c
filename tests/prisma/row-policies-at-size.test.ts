/**
 * What PostgreSQL makes of the row policies of agreements where there are many: it asks an index, and
 * never a sub-select for each row.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { HEAD_OFFICE_EMAIL } from '../../bench/country/offices.ts';
import { idOf } from '../../bench/country/rows.ts';
import { seedCountry } from '../../bench/country/seed.ts';
import { createDatabase } from '../support/create-database.ts';

const TODAY = '2026-11-30';

let client: pg.Client;
let plans: string[] = [];
beforeAll(async () => {
  const { superuserUrl } = inject('postgres');
  const name = `province_${randomUUID()}`;
  const ownerUrl = await createDatabase(superuserUrl, name, 'template_mapalus');
  // North Sulawesi: 15 governments, 1,500 agreements.
  await seedCountry(ownerUrl, { today: TODAY, passwordHash: '', province: '71' });
  const url = new URL(superuserUrl);
  url.pathname = name;
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  client.on('notice', ({ message }) => plans.push(message ?? ''));
  // What a function executes is explained as well; only a superuser may ask for that.
  await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on; set client_min_messages = log;
    set session authorization mapalus_app`);
});
afterAll(() => client.end());

const PAGE = `find_agreements(null, null, null, null, null, null, null, null`;
const QUESTIONS = [
  ['a page by last day', `select * from ${PAGE}, 'end', false, null, null, 51)`],
  ['a page by change', `select * from ${PAGE}, 'changed', true, null, null, 51)`],
  ['a page by title', `select * from ${PAGE}, 'title', false, null, null, 51)`],
  [
    'the first by last day, asked directly',
    'select id from agreement order by end_day, id limit 51',
  ],
  ['one by its id', `select state from agreement where id = '${idOf('agreement/71.07/5')}'`],
  [
    'the PKS of an MoU',
    `select id from agreement where parent_id = '${idOf('agreement/71.07/0')}'`,
  ],
] as const;

describe.each([
  ['the head office', HEAD_OFFICE_EMAIL, 1_500],
  ['a branch', 'kepala@cabang-1.bpjs.example', 100],
  // Ten villages hand in lists under 20 of their government's agreements.
  ['a village', 'desa@d7101052001.example', 20],
])('%s', (_who, email, seen) => {
  beforeAll(async () => {
    await client.query('begin');
    await client.query('select act_as($1, $2)', [idOf(email), TODAY]);
  });
  afterAll(() => client.query('rollback'));

  test('sees its own agreements', async () => {
    const { rows } = await client.query('select count(*)::int as count from agreement');

    expect(rows).toEqual([{ count: seen }]);
  });

  test.each(QUESTIONS)('is answered %s by an index', async (_what, question) => {
    plans = [];

    await client.query(question);

    const asked = plans.filter((plan) => /on agreement\b/.test(plan)).join('\n');
    expect(asked).toMatch(/Index Scan|Bitmap Index Scan/);
    expect(asked).not.toMatch(/Seq Scan on agreement|SubPlan/);
  });
});
