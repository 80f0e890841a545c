/**
 * What PostgreSQL makes of the row policies of agreements where there are many: it asks an index, and
 * never a sub-select for each row.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { listAgreements } from '../../api/agreement/list-agreements.ts';
import { readAgreement } from '../../api/agreement/read-agreement.ts';
import type { Principal } from '../../api/http/principal.ts';
import { Prisma } from '../../prisma/client/client.ts';
import type { Reading } from '../../prisma/connect.ts';
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

type Read = (tx: Reading, principal: Principal) => Promise<object[]>;

const PAGES: [string, Read][] = [
  [
    'an agreement',
    (tx, principal) =>
      readAgreement(tx, idOf('agreement/71.07/0'), principal).then(({ children }) => children),
  ],
  [
    'a page of the list',
    (tx, principal) =>
      listAgreements(tx, { sort: 'title', limit: 50 } as never, principal).then(
        ({ items }) => items,
      ),
  ],
];

test.each(PAGES)(
  '%s is found by indexes as the head office, though it was planned for a village',
  async (_what, read) => {
    // As connections for reading have it.
    await client.query('set plan_cache_mode = force_generic_plan; set enable_bitmapscan = off');
    await as('desa@d7101052001.example', (tx, principal) => read(tx, principal).catch(() => []));
    plans = [];

    const rows = await as(HEAD_OFFICE_EMAIL, read);

    const asked = plans.filter((plan) => /on agreement\b/.test(plan)).join('\n');
    expect(rows.length).toBeGreaterThan(40);
    expect(asked).toMatch(/Index Scan/);
    expect(asked).not.toMatch(/Seq Scan on agreement\b|Bitmap/);
  },
);

// Everything with a name of its own, as the product asks: planned once for the connection.
async function as(email: string, read: Read): Promise<object[]> {
  const ask = async (strings: TemplateStringsArray, ...values: never[]) => {
    const { text, values: given } = Prisma.sql(strings, ...values);
    const name = text.trim().slice(0, 60);
    return (await client.query({ name, text, values: given })).rows as unknown;
  };
  await client.query('begin');
  await client.query('select act_as($1, $2)', [idOf(email), TODAY]);
  try {
    const principal = { now: Date.parse(TODAY), reach: {} } as Principal;
    return await read({ $queryRaw: ask as Reading['$queryRaw'] }, principal);
  } finally {
    await client.query('rollback');
  }
}
