/**
 * The ways to today's schema and rights: from nothing, from the first migration, from other rights,
 * and the ways that are barred.
 */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { migrate } from '../../prisma/migrate.ts';
import { asOwner } from '../../prisma/owner.ts';
import { SERVING_ROLES, urlOf } from '../../prisma/roles.ts';
import { createDatabase } from '../support/create-database.ts';
import { TEST_SECRET } from '../support/test-servers.ts';

const PRISMA = path.join(ROOT, 'prisma');
const ALL = readdirSync(path.join(PRISMA, 'migrations')).filter((name) => /^\d+_/.test(name));
const [FIRST = ''] = ALL;

let url: string;
let folder: string;
beforeEach(async () => {
  url = await createDatabase(inject('postgres').superuserUrl, `migrating_${randomUUID()}`);
  folder = mkdtempSync(path.join(tmpdir(), 'mapalus-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (database: string, sql: string) =>
  asOwner(database, async (owner) => (await owner.query<Record<string, unknown>>(sql)).rows);

/** Hands out these migrations only, as an older release would. */
function release(names: readonly string[]): string {
  for (const each of ['rights', ...names.map((name) => path.join('migrations', name))]) {
    cpSync(path.join(PRISMA, each), path.join(folder, each), { recursive: true });
  }
  return folder;
}

function schemaOf(database: string) {
  return ask(
    database,
    `select table_schema, table_name, column_name, data_type, is_nullable, column_default
     from information_schema.columns where table_schema in ('public', 'auth') order by 1, 2, 3`,
  );
}

describe('migrations', () => {
  test('bring an empty database to the newest once, and not again', async () => {
    const first = await migrate(url);
    const second = await migrate(url);

    expect(first).toEqual({ migrations: ALL, rights: true });
    expect(second).toEqual({ migrations: [], rights: false });
    expect(await ask(url, 'select count(*)::int as tables from region')).toEqual([{ tables: 0 }]);
  });

  test('bring a database of the first release to the same schema, with what it holds', async () => {
    await migrate(url, release([FIRST]));
    await ask(url, "insert into calendar (version, source) values (7, 'kept')");
    const fresh = await createDatabase(inject('postgres').superuserUrl, `fresh_${randomUUID()}`);
    await migrate(fresh);

    const { migrations } = await migrate(url);

    expect(migrations).toEqual(ALL.slice(1));
    expect(await schemaOf(url)).toEqual(await schemaOf(fresh));
    expect(await ask(url, 'select version, source from calendar where version = 7')).toEqual([
      { version: 7, source: 'kept' },
    ]);
  });

  test('started by two processes at once are applied once', async () => {
    const applied = await Promise.all([migrate(url), migrate(url)]);

    expect(applied.flatMap(({ migrations }) => migrations)).toEqual(ALL);
    expect(applied.filter(({ rights }) => rights)).toHaveLength(1);
  });

  test('refuse a database whose migrations were changed after they had been applied', async () => {
    await migrate(url, release(ALL));
    appendFileSync(
      path.join(folder, 'migrations', FIRST, 'migration.sql'),
      '\n-- another thought\n',
    );

    await expect(migrate(url, folder)).rejects.toThrow(
      `migration ${FIRST} was changed after it had been applied`,
    );
  });

  test('that fail leave nothing behind, and may be mended', async () => {
    const next = '20990101000000_next';
    await migrate(url, release(ALL));
    mkdirSync(path.join(folder, 'migrations', next));
    const file = path.join(folder, 'migrations', next, 'migration.sql');
    writeFileSync(file, 'create table half (id int); select 1 / 0;');

    await expect(migrate(url, folder)).rejects.toThrow(`migration ${next} failed and was undone`);
    writeFileSync(file, 'create table half (id int);');
    const { migrations } = await migrate(url, folder);

    expect(migrations).toEqual([next]);
  });
});

describe('a release that is put back', () => {
  test('migrates and works on the tables and rights of the one after it', async () => {
    const next = '20990101000000_next';
    await migrate(url, release(ALL));
    mkdirSync(path.join(folder, 'migrations', next));
    writeFileSync(
      path.join(folder, 'migrations', next, 'migration.sql'),
      `create table budget (id uuid primary key, agreement_id uuid not null);
       alter table agreement add column budget_year integer;
       alter table calendar add column reviewed boolean not null default false;`,
    );
    appendFileSync(
      path.join(folder, 'rights', 'agreement.sql'),
      `create function budget_of() returns trigger language plpgsql as 'begin return new; end';
       create trigger budget_of before insert on budget
         for each row execute function budget_of();
       grant select, insert on budget to mapalus_app;
       create policy everybody on budget to mapalus_app using (true);`,
    );
    const later = await migrate(url, folder);

    const back = await migrate(url);
    await ask(url, "insert into calendar (version, source) values (7, 'written by the older')");
    const again = await migrate(url, folder);

    expect(later).toEqual({ migrations: [next], rights: true });
    expect(back).toEqual({ migrations: [], rights: true });
    expect(again).toEqual({ migrations: [], rights: true });
    expect(await ask(url, 'select version, reviewed from calendar where version = 7')).toEqual([
      { version: 7, reviewed: false },
    ]);
  });
});

describe('rights', () => {
  test('whose text has changed are applied anew, and nothing of the earlier text is left', async () => {
    await migrate(url, release(ALL));
    const file = path.join(folder, 'rights', 'mail.sql');
    appendFileSync(
      file,
      `create function said() returns text language sql return 'earlier';
       create function kept_apart() returns trigger language plpgsql as 'begin return new; end';
       create trigger kept_apart before insert on outbox
         for each row execute function kept_apart();
       grant delete on outbox to mapalus_app;
       grant update (html) on outbox to mapalus_app;
       create policy earlier on outbox for delete to mapalus_app using (said() = 'earlier');`,
    );
    const earlier = await migrate(url, folder);
    const withEarlier = await rightsOf(url);

    const changed = await migrate(url);

    const fresh = await createDatabase(inject('postgres').superuserUrl, `fresh_${randomUUID()}`);
    await migrate(fresh);
    expect([earlier.rights, changed.rights]).toEqual([true, true]);
    expect(withEarlier).toEqual(
      expect.arrayContaining([
        'function kept_apart()',
        'function said()',
        'policy earlier on outbox',
        'trigger kept_apart on outbox',
      ]),
    );
    expect(await rightsOf(url)).toEqual(await rightsOf(fresh));
  });

  test('that fail leave those before them as they were', async () => {
    await migrate(url, release(ALL));
    const before = await rightsOf(url);
    appendFileSync(path.join(folder, 'rights', 'office.sql'), 'grant select on nothing to nobody;');

    await expect(migrate(url, folder)).rejects.toThrow('the rights could not be applied');

    expect(before.length).toBeGreaterThan(100);
    expect(await rightsOf(url)).toEqual(before);
  });

  test('of a context that has no place in the order are refused', async () => {
    writeFileSync(path.join(release(ALL), 'rights', 'budget.sql'), 'select 1;');

    await expect(migrate(url, folder)).rejects.toThrow(
      'prisma/rights/budget.sql has no place in the order of prisma/rights.ts',
    );
  });

  // Policies, triggers, functions and grants, a line each.
  async function rightsOf(database: string): Promise<unknown[]> {
    const rows = await ask(
      database,
      `select format('policy %s on %s', policyname, tablename) as line from pg_policies
       union all
       select format('trigger %s on %s', tgname, tgrelid::regclass) from pg_trigger
         where not tgisinternal
       union all
       select format('function %s', oid::regprocedure) from pg_proc
         where pronamespace = 'public'::regnamespace
       union all
       select format('%s may %s %s', grantee, privilege_type, table_name)
         from information_schema.table_privileges where grantee like 'mapalus_%'
           and grantee <> current_user
       union all
       select format('%s may %s %s.%s', grantee, privilege_type, table_name, column_name)
         from information_schema.column_privileges where grantee like 'mapalus_%'
           and grantee <> current_user
       union all
       select format('%s may call %s', grantee, routine_name)
         from information_schema.routine_privileges where grantee like 'mapalus_%'
           and grantee <> current_user
       order by 1`,
    );
    return rows.map(({ line }) => line);
  }
});

describe('who serves', () => {
  test.each(SERVING_ROLES)('makes no temporary tables: %s', async (role) => {
    await migrate(url);

    await expect(ask(urlOf(role, url, TEST_SECRET), 'create temporary table t ()')).rejects.toThrow(
      'permission denied to create temporary tables',
    );
  });

  test.each(SERVING_ROLES)('makes none in a backup put back either: %s', async (role) => {
    await migrate(url);
    // A dump brings the rights on tables back, and none on the database.
    await ask(
      url,
      `grant temporary on database ${JSON.stringify(new URL(url).pathname.slice(1))} to public`,
    );
    await migrate(url);

    await expect(ask(urlOf(role, url, TEST_SECRET), 'create temporary table t ()')).rejects.toThrow(
      'permission denied to create temporary tables',
    );
  });

  test('calls no function that looks for names where the caller says', async () => {
    await migrate(url);

    const open = await ask(
      url,
      `select p.oid::regprocedure::text as name from pg_proc p
       where pronamespace in ('public'::regnamespace, 'auth'::regnamespace)
         and not coalesce(proconfig, '{}') @> array['search_path=public, pg_temp']
         and not exists (select from pg_depend where classid = 'pg_proc'::regclass
           and objid = p.oid and deptype = 'e')`,
    );

    expect(open).toEqual([]);
  });
});
