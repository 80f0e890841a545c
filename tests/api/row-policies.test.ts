/**
 * How far PostgreSQL itself lets anybody go: what roles reach in the tree of offices, and what the roles that
 * connect may do. Which cells of the access matrix row policies empty is told in `access.test.ts`.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../domain/office/roles.ts';
import { urlOf } from '../../prisma/roles.ts';
import type { ServingRole } from '../../prisma/roles.ts';
import { TEST_SECRET } from '../support/test-servers.ts';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { anAgreement } from '../support/agreements.ts';
import { recorded } from '../support/agreements-over-http.ts';
import { offices } from '../support/cast.ts';

const TODAY = '2024-01-08';

let api: Api;
let agreement: string;
beforeAll(async () => {
  api = await anApi(TODAY, { gate: () => undefined });
  agreement = (await recorded(api, anAgreement({ on: TODAY }))).id;
});
afterAll(() => api.stop());

describe('with row policies', () => {
  test.each(ROLES)('a %s of one branch reaches no other branch, and none above', async (role) => {
    const owner = new pg.Client({ connectionString: api.engine.ownerUrl });
    await owner.connect();
    await owner.query('begin');
    await owner.query(
      `insert into membership (id, user_id, office_id, role, from_day)
       values (gen_random_uuid(), 'stranger', $1, $2, $3)`,
      [offices.manado, role, TODAY],
    );
    await owner.query('select act_as($1, $2)', ['stranger', TODAY]);
    const { rows } = await owner.query(
      'select distinct unnest(actor_scope(action)) as office from permission',
    );
    await owner.end();

    expect(rows.map(({ office }) => office)).toEqual([offices.manado]);
  });

  // The secretariat, the treasury and the inspectorate answer for the whole government; a district for itself.
  test.each(ROLES)('a %s of a district reaches it and what lies below', async (role) => {
    const owner = new pg.Client({ connectionString: api.engine.ownerUrl });
    await owner.connect();
    await owner.query('begin');
    const added = async (kind: string, parent: string): Promise<string> => {
      const { rows } = await owner.query(
        `insert into office (id, kind, name, parent_id, institution_id)
         values (gen_random_uuid(), $1, 'Contoh', $2, $2) returning id`,
        [kind, parent],
      );
      return rows[0].id as string;
    };
    const district = await added('district', offices.mitra);
    const village = await added('village', district);
    await owner.query(
      `insert into membership (id, user_id, office_id, role, from_day)
       values (gen_random_uuid(), 'stranger', $1, $2, $3)`,
      [district, role, TODAY],
    );
    await owner.query('select act_as($1, $2)', ['stranger', TODAY]);
    const { rows: reached } = await owner.query(
      'select distinct unnest(actor_scope(action)) as office from permission',
    );
    const { rows: marks } = await owner.query(
      `select distinct office from reach_of('stranger', $1, array(select action from permission)) r
       join marks_of(array(select id from office)) using (mark)`,
      [TODAY],
    );
    await owner.end();

    const places = ['treasurer', 'village-operator'].includes(role)
      ? [district]
      : [district, village];
    expect(reached.map(({ office }) => office).sort()).toEqual(places.sort());
    expect(marks.map(({ office }) => office).sort()).toEqual(places);
  });

  test('somebody without any role reads the public registers and nothing else', async () => {
    const stranger = await api.as('stranger');
    const lists = [
      '/agreements',
      '/office-holders',
      '/users',
      '/outbox',
      '/audit',
      `/audit?agreement=${agreement}`,
      `/audit?office=${offices.mitraLabour}`,
    ];

    const replies = await Promise.all(lists.map((list) => stranger.get(list)));

    expect(replies.map(({ body }) => body.items)).toEqual(lists.map(() => []));
  });
});

describe('asked directly,', () => {
  let asApp: pg.Pool;
  beforeAll(() => {
    asApp = new pg.Pool({
      connectionString: urlOf('mapalus_app', api.engine.ownerUrl, TEST_SECRET),
      max: 1,
    });
  });
  afterAll(() => asApp.end());

  test('nobody’s past roles count, nor those to come', async () => {
    await api.rows(
      `update membership set until_day = '2024-01-07' where user_id = 'inspector-mitra'`,
    );
    await api.rows(
      `update membership set from_day = '2024-01-09' where user_id = 'treasurer-mitra'`,
    );

    const seen = [
      await countedBy('inspector-mitra', 'agreement'),
      await countedBy('treasurer-mitra', 'agreement'),
      await countedBy('treasurer-mitra', 'agreement', '2024-01-09'),
    ];

    expect(seen).toEqual([0, 0, 1]);
  });

  async function countedBy(userId: string, table: string, day = TODAY): Promise<number | string> {
    const client = await asApp.connect();
    try {
      await client.query('begin');
      await client.query('select act_as($1, $2)', [userId, userId === '' ? null : day]);
      const { rows } = await client.query(`select count(*)::int as count from ${table}`);
      return rows[0].count;
    } catch (error) {
      if ((error as { code?: string }).code === '42501') return 'denied';
      throw error;
    } finally {
      await client.query('rollback');
      client.release();
    }
  }
});

describe('the role', () => {
  const DENIED = '42501';
  const MISSING_PRIVILEGE: [ServingRole, string, string][] = [
    ['mapalus_app', 'rewrite the audit', `update audit_event set body = '{}'`],
    ['mapalus_app', 'cut the audit', 'delete from audit_event'],
    ['mapalus_app', 'write the audit by hand', 'insert into audit_event (subject) values (1)'],
    ['mapalus_app', 'move a head', 'update audit_head set seq = 0'],
    ['mapalus_app', 'seal', 'select seal_audit()'],
    ['mapalus_app', 'empty the audit', 'truncate audit_event'],
    [
      'mapalus_app',
      'record what happened to an agreement',
      `select append_audit('agreement/' || gen_random_uuid(), 'x', '{}')`,
    ],
    [
      'mapalus_app',
      'record what happened to the installation',
      `select append_audit('installation', 'x', '{}')`,
    ],
    ['mapalus_app', 'write an agreement', 'update agreement set version = version'],
    ['mapalus_app', 'make an agreement', 'insert into agreement (id) values (gen_random_uuid())'],
    ['mapalus_app', 'write a mail', `update outbox set subject = 'x'`],
    ['mapalus_app', 'say when a mail was sent', 'update outbox set sent_at = now()'],
    ['mapalus_app', 'queue a mail', 'insert into outbox (id) values (gen_random_uuid())'],
    ['mapalus_app', 'reserve a number', 'delete from number_reservation'],
    ['mapalus_app', 'alter a note', `update note set text = 'x'`],
    ['mapalus_app', 'delete a note', 'delete from note'],
    ['mapalus_app', 'invent a former name', 'insert into former_name (kind) values (1)'],
    ['mapalus_app', 'forget a former name', 'delete from former_name'],
    ['mapalus_worker', 'rewrite a former name', `update former_name set name = 'x'`],
    ['mapalus_app', 'give itself permissions', `insert into permission values ('a', 'b', 'c')`],
    ['mapalus_app', 'change a role', `update membership set role = 'administrator'`],
    ['mapalus_app', 'delete a role', 'delete from membership'],
    ['mapalus_app', 'move an office', 'update office set parent_id = null'],
    ['mapalus_app', 'let holders sign more', `update office_holder set signs = '{mou,pks}'`],
    [
      'mapalus_app',
      'turn a training installation into a real one',
      `update installation set kind = 'real'`,
    ],
    ['mapalus_app', 'move the clock', 'update installation set clock_offset = 1'],
    ['mapalus_app', 'change rules in force', 'update reminder_policy set mail_hour = 3'],
    ['mapalus_app', 'read passwords', 'select password from auth.account'],
    ['mapalus_app', 'read sessions', 'select * from auth.session'],
    ['mapalus_app', 'set a password', `select write_password('desk-mitra', 'x')`],
    ['mapalus_app', 'leave word for workflows', `select tell_engine('rules-published', '{}')`],
    ['mapalus_app', 'read what workflows are told', 'select * from engine_message'],
    ['mapalus_app', 'read more of a user', 'select must_change_password from auth."user"'],
    ['mapalus_app', 'read addresses', 'select email from auth."user"'],
    ['mapalus_app', 'rewrite the trail', `update auth.security_event set code = 'x'`],
    ['mapalus_app', 'write the trail by hand', `select note_security('sign-in', null, 'x')`],
    ['mapalus_app', 'cut the trail', 'delete from auth.security_event'],
    ['mapalus_worker', 'read the trail', 'select * from auth.security_event'],
    ['mapalus_app', 'rename a user', `update auth."user" set name = 'x'`],
    ['mapalus_app', 'read migrations', 'select * from _prisma_migrations'],
    ['mapalus_app', 'make a table', 'create table mine (x int)'],
    ['mapalus_app', 'make a schema', 'create schema mine'],
    ['mapalus_app', 'make a function', 'create function mine() returns int return 1'],
    ['mapalus_app', 'switch a policy off', 'alter table agreement disable row level security'],
    ['mapalus_app', 'be the owner', 'set role mapalus_owner'],
    ['mapalus_app', 'be the engine', 'set role mapalus_worker'],
    ['mapalus_app', 'read files', `select pg_read_file('/etc/passwd')`],
    ['mapalus_worker', 'rewrite the audit', `update audit_event set body = '{}'`],
    ['mapalus_worker', 'cut the audit', 'delete from audit_event'],
    ['mapalus_worker', 'write the audit by hand', 'insert into audit_event (subject) values (1)'],
    ['mapalus_worker', 'rewrite a seal', `update audit_seal set body = '{}'`],
    ['mapalus_worker', 'delete an agreement', 'delete from agreement'],
    ['mapalus_worker', 'delete a mail', 'delete from outbox'],
    ['mapalus_worker', 'give a role', 'insert into membership (id) values (gen_random_uuid())'],
    ['mapalus_worker', 'reset a password', `select reset_password('desk-mitra', 'x')`],
    ['mapalus_worker', 'read passwords', 'select password from auth.account'],
    ['mapalus_worker', 'read sessions', 'select token from auth.session'],
    [
      'mapalus_worker',
      'turn a training installation into a real one',
      `update installation set kind = 'real'`,
    ],
    ['mapalus_worker', 'read kept answers', 'select response from idempotency'],
    ['mapalus_worker', 'make a table', 'create table mine (x int)'],
    ['mapalus_auth', 'read agreements', 'select * from public.agreement'],
    ['mapalus_auth', 'read roles', 'select * from public.membership'],
    ['mapalus_auth', 'read offices', 'select * from public.office'],
    ['mapalus_auth', 'read the audit', 'select * from public.audit_event'],
    ['mapalus_auth', 'write the audit', `select public.append_audit('a', 'b', '{}')`],
    ['mapalus_auth', 'make a table', 'create table auth.mine (x int)'],
  ];

  test.each([
    ['a second operator', `'operator', 'Operator Kedua', null, null`, '42501'],
    ['an operator below itself', `'operator', 'Operator Kedua', '${offices.mitra}', null`, '23514'],
    ['a government', `'government', 'Pemkab Kedua', '${offices.mitra}', '71.02'`, '42501'],
    ['a branch of BPJS', `'bpjs-branch', 'Cabang Kedua', '${offices.mitra}', null`, '23514'],
    ['one more OPD', `'opd', 'Dinas Kedua', '${offices.mitra}', null`, 'done'],
  ])(
    'mapalus_app, for an administrator of a government, adds %s only where it may',
    async (_what, values, outcome) => {
      const added = await outcomeAs(
        'mapalus_app',
        `insert into office (id, institution_id, path, kind, name, parent_id, region_code)
       values (gen_random_uuid(), gen_random_uuid(), '{}', ${values})`,
      );

      expect(added).toBe(outcome);
    },
  );

  test.each([
    ['somebody of another government', 'legal-minahasa', offices.mitra, '42501'],
    ['one of its own people, elsewhere', 'legal-mitra', offices.minahasa, '42501'],
    ['one of its own people', 'legal-mitra', offices.mitra, 'done'],
  ])(
    'mapalus_app, for an administrator of a government, gives a role to nobody else’s people: %s',
    async (_who, user, office, outcome) => {
      const given = await outcomeAs(
        'mapalus_app',
        `insert into membership (id, user_id, office_id, role, from_day)
         values (gen_random_uuid(), '${user}', '${office}', 'treasurer', '${TODAY}')`,
      );

      expect(given).toBe(outcome);
    },
  );

  test.each([
    ['somebody of another government', 'legal-minahasa', null],
    ['one of its own people', 'legal-mitra', offices.mitraLegal],
  ])(
    'mapalus_app, for an administrator of a government, resets and closes own accounts alone: %s',
    async (_who, user, home) => {
      const answers = await Promise.all(
        [`reset_password('${user}', 'x')`, `close_account('${user}')`].map((call) =>
          outcomeAs(
            'mapalus_app',
            `select 1 / (${call} is not distinct from ${home === null ? 'null' : `'${home}'`})::int`,
          ),
        ),
      );

      expect(answers).toEqual(['done', 'done']);
    },
  );

  test.each(MISSING_PRIVILEGE)('%s cannot %s', async (role, _what, sql) => {
    const outcome = await outcomeAs(role, sql);

    expect(outcome).toBe(DENIED);
  });

  test('mapalus_auth sees no table but those of sign-in', async () => {
    const visible = await api.rows<{ name: string }>(`
      select n.nspname || '.' || c.relname as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'v', 'm') and n.nspname in ('public', 'auth')
        and has_schema_privilege('mapalus_auth', n.oid, 'usage')
        and has_any_column_privilege('mapalus_auth', c.oid, 'select') order by 1`);

    expect(visible.map(({ name }) => name)).toEqual([
      'auth.account',
      'auth.security_event',
      'auth.session',
      'auth.user',
      'auth.verification',
    ]);
  });

  test.each([
    [
      'mapalus_app',
      ['at', 'by_user_id', 'code', 'id', 'kind', 'office_id', 'user_id'],
      ['id', 'name'],
    ],
    ['mapalus_worker', ['at', 'id'], ['email', 'id', 'name']],
  ])('%s knows of the trail and of a user no more than it needs', async (role, trail, user) => {
    const columns = await api.rows<{ column: string }>(
      `select table_name || '.' || column_name as column from information_schema.column_privileges
       where grantee = $1 and table_schema = 'auth' and privilege_type = 'SELECT' order by 1`,
      [role],
    );

    expect(columns.map(({ column }) => column)).toEqual([
      ...trail.map((column) => `security_event.${column}`),
      ...user.map((column) => `user.${column}`),
    ]);
  });

  test('that serves is no superuser, owns nothing and passes by no policy', async () => {
    const roles = await api.rows(
      `select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
         (select count(*)::int from pg_class c where c.relowner = r.oid) as owns,
         (select count(*)::int from pg_auth_members m where m.member = r.oid) as belongs
       from pg_roles r where rolname in ('mapalus_app', 'mapalus_auth', 'mapalus_worker') order by 1`,
    );

    const none = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      owns: 0,
      belongs: 0,
    };
    expect(roles).toEqual([
      { rolname: 'mapalus_app', ...none },
      { rolname: 'mapalus_auth', ...none },
      { rolname: 'mapalus_worker', ...none },
    ]);
  });

  test('meets row policies in every table that it can read or write', async () => {
    const open = await api.rows<{ name: string }>(`
      select n.nspname || '.' || c.relname as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in ('public', 'auth') and not c.relrowsecurity
      order by 1`);

    expect(open.map(({ name }) => name)).toEqual(['public._prisma_migrations', 'public._rights']);
  });

  test('of the owner is not what runs functions for everybody', async () => {
    const definers = await api.rows<{ name: string; path: string[] }>(`
      select p.proname as name, p.proconfig as path from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and p.prosecdef order by 1`);
    const granted = await api.rows<{ name: string }>(`
      select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and has_function_privilege('mapalus_auth', p.oid, 'execute')`);

    // A function that runs as its owner must not find tables of the caller's making.
    expect(definers.every(({ path }) => path.includes('search_path=public, pg_temp'))).toBe(true);
    expect(granted).toEqual([]);
  });

  test('cannot move the clock of a real installation, nor turn a training one back', async () => {
    const backwards = await outcomeAs(
      'mapalus_worker',
      'update installation set clock_offset = clock_offset - 1',
    );
    await api.rows('alter table installation enable trigger clock_runs_forward');
    const withTrigger = await outcomeAs(
      'mapalus_worker',
      'update installation set clock_offset = clock_offset - 1',
    );
    await api.rows('alter table installation disable trigger clock_runs_forward');
    await api.rows(`update installation set kind = 'real', clock_offset = 0`);
    const real = await outcomeAs('mapalus_worker', 'update installation set clock_offset = 1');

    expect([backwards, withTrigger, real]).toEqual(['done', '23514', '23514']);
  });

  /** The SQLSTATE by which PostgreSQL refuses, or `done`. Nothing stays. */
  async function outcomeAs(role: ServingRole, sql: string): Promise<string> {
    const client = new pg.Client({
      connectionString: urlOf(role, api.engine.ownerUrl, TEST_SECRET),
    });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('mapalus.user', 'admin-mitra', true),
        set_config('mapalus.day', '${TODAY}', true)`);
      await client.query(sql);
      return 'done';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.query('rollback').catch(() => undefined);
      await client.end();
    }
  }
});
