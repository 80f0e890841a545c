/**
 * The second wall: with the gate of the API left open, PostgreSQL alone lets nothing through. What
 * each table may show is written down by hand; a new table fails until it stands here.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../domain/office/roles.ts';
import { urlOf } from '../../prisma/roles.ts';
import type { ServingRole } from '../../prisma/roles.ts';
import { TEST_SECRET } from '../support/test-servers.ts';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { attempt, aWorld, SECRET, TODAY } from '../support/attempts.ts';
import type { World } from '../support/attempts.ts';
import { offices } from '../support/cast.ts';
import { CONTRACT } from '../support/contract.ts';

let api: Api;
let world: World;
beforeAll(async () => {
  api = await anApi(TODAY, { gate: () => undefined });
  world = await aWorld(api);
});
afterAll(() => api.stop());

describe('with the gate left open', () => {
  const OPERATIONS = CONTRACT.map(({ operationId }) => operationId);

  test.each(OPERATIONS)('nothing foreign is shown or changed: %s', async (operation) => {
    const before = await fingerprints();

    const replies = await Promise.all(
      ROLES.map(async (role) =>
        attempt(await world.of(role, 'wrong'), operation, world.ground(role, 'wrong')),
      ),
    );

    const leaks = replies.filter(
      ({ text }) => text.includes(SECRET) || text.includes(world.agreement),
    );
    expect(leaks).toEqual([]);
    expect(await fingerprints()).toEqual(before);
  });

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
      `/audit?agreement=${world.agreement}`,
      `/audit?office=${offices.mitraLabour}`,
    ];

    const replies = await Promise.all(lists.map((list) => stranger.get(list)));

    expect(replies.map(({ body }) => body.items)).toEqual(lists.map(() => []));
  });

  // Every table that an attempt could have changed, as one number each.
  async function fingerprints(): Promise<unknown> {
    const tables = [
      'agreement',
      'evidence',
      'handover',
      'membership',
      'note',
      'number_reservation',
      'office',
      'office_holder',
      'outbox',
      'planned_milestone',
      'renewal_reservation',
      'reminder_policy',
      'signature_reservation',
      'term_reservation',
      'audit_event',
    ];
    const sums = tables.map(
      (table) => `(select md5(coalesce(string_agg(t::text, ',' order by t::text), ''))
        from ${table} t) as ${table}`,
    );
    const [row] = await api.rows(`select ${sums.join(', ')},
      (select md5(string_agg(a.password, ',' order by a.id)) from auth.account a) as passwords`);
    return row;
  }
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

  // Rows that the application may count as nobody, as a person of another government, and as one
  // of ours. `all` are the registers that everybody may read.
  type Seen = number | 'all' | 'denied';
  const TABLES: Record<string, [nobody: Seen, foreign: Seen, own: Seen]> = {
    _prisma_migrations: ['denied', 'denied', 'denied'],
    _rights: ['denied', 'denied', 'denied'],
    // Whom an agreement made known is PostgreSQL's own note: its parties, and not the office that is only asked.
    acquaintance: [0, 0, 2],
    agreement: [0, 0, 1],
    agreement_area: [0, 0, 1],
    audit_event: [0, 0, 1],
    audit_head: [0, 0, 1],
    audit_seal: [0, 'all', 'all'],
    calendar: ['all', 'all', 'all'],
    // What commands were answered by PostgreSQL is the engine's business.
    reservation_answer: ['denied', 'denied', 'denied'],
    change_event: [0, 0, 1],
    engine_message: ['denied', 'denied', 'denied'],
    evidence: [0, 0, 1],
    // Those of our holders, whom the world has given other names.
    former_name: [0, 0, 5],
    handover: [0, 0, 2],
    idempotency: [0, 0, 0],
    installation: ['all', 'all', 'all'],
    mail_trouble: ['all', 'all', 'all'],
    // 16 of the one government; 19 of the other and 5 of the branch it has an agreement with.
    membership: [0, 16, 24],
    note: [0, 0, 1],
    number_reservation: [0, 0, 1],
    office: [0, 'all', 'all'],
    office_holder: [0, 2, 5],
    outbox: [0, 0, 3],
    permission: [0, 'all', 'all'],
    planned_milestone: [0, 0, 0],
    region: [0, 'all', 'all'],
    reminder_policy: ['all', 'all', 'all'],
    renewal_reservation: [0, 0, 0],
    signature_reservation: [0, 0, 0],
    submitting_office: [0, 0, 0],
    // Whose dates are about to change is nobody's business but the engine's.
    term_reservation: ['denied', 'denied', 'denied'],
  };

  test('each table shows what it may, to nobody, to a foreigner and to one of ours', async () => {
    const tables = await api.rows<{ table: string }>(
      `select table_name as table from information_schema.tables
       where table_schema = 'public' order by table_name`,
    );

    const seen: Record<string, unknown> = {};
    for (const { table } of tables) {
      const [{ count }] = await api.rows(`select count(*)::int as count from ${table}`);
      const asSeen = async (userId: string) => {
        const rows = await countedBy(userId, table);
        const isRegister = TABLES[table]?.includes('all') === true;
        return isRegister && rows === count ? 'all' : rows;
      };
      seen[table] = [await asSeen(''), await asSeen('wrong-legal'), await asSeen('own-legal')];
    }

    expect(seen).toEqual(TABLES);
  });

  test('nobody’s past roles count, nor those to come', async () => {
    await api.rows(
      `update membership set until_day = '2024-01-07' where user_id = 'own-inspector'`,
    );
    await api.rows(`update membership set from_day = '2024-01-09' where user_id = 'own-treasurer'`);

    const seen = [
      await countedBy('own-inspector', 'agreement'),
      await countedBy('own-treasurer', 'agreement'),
      await countedBy('own-treasurer', 'agreement', '2024-01-09'),
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
    ['somebody of another government', 'wrong-legal', offices.mitra, '42501'],
    ['one of its own people, elsewhere', 'own-legal', offices.minahasa, '42501'],
    ['one of its own people', 'own-legal', offices.mitra, 'done'],
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
    ['somebody of another government', 'wrong-legal', null],
    ['one of its own people', 'own-legal', offices.mitraLegal],
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
      await client.query(`select set_config('mapalus.user', 'own-administrator', true),
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
