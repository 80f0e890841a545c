/**
 * Rights, row policies and functions: the SQL of `prisma/rights`, a file a context. It is applied as
 * a whole in one transaction whenever its text has changed, after everything of an earlier text has
 * been taken away, so that the files alone say what stands.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

// A context's file may use what an earlier one made.
const ORDER = [
  'shared',
  'office',
  'sign-in',
  'calendar',
  'agreement',
  'audit',
  'mail',
  'events',
  'installation',
];

const BOOKKEEPING = `
  create table if not exists _rights (
    id integer primary key default 1 check (id = 1), checksum text not null,
    applied_at timestamptz not null default now())`;

// Extensions keep their functions, tables their constraints.
const TAKE_AWAY = `
  do $$
  declare
    taken record;
    functions text;
  begin
    for taken in select policyname, schemaname, tablename from pg_policies
        where schemaname in ('public', 'auth') loop
      execute format('drop policy %I on %I.%I', taken.policyname, taken.schemaname, taken.tablename);
    end loop;
    for taken in select tgname, tgrelid::regclass as "table" from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        where not tgisinternal and relnamespace in ('public'::regnamespace, 'auth'::regnamespace) loop
      execute format('drop trigger %I on %s', taken.tgname, taken."table");
    end loop;
    select string_agg(p.oid::regprocedure::text, ', ') into functions from pg_proc p
      where pronamespace in ('public'::regnamespace, 'auth'::regnamespace) and not exists (
        select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e');
    if functions is not null then
      execute 'drop function ' || functions;
    end if;
  end $$;
  revoke all on schema public, auth from mapalus_auth, mapalus_app, mapalus_worker;
  revoke all on all tables in schema public, auth from mapalus_auth, mapalus_app, mapalus_worker;
  revoke all on all sequences in schema public, auth from mapalus_auth, mapalus_app, mapalus_worker`;

// PostgreSQL lets everybody make temporary tables in a new database, also in one that a backup was put
// back into. A dump holds no rights on the database itself, so this is looked at each time.
const NO_TEMPORARY_TABLES = `
  do $$ begin
    if has_database_privilege('public', current_database(), 'temporary') then
      execute format('revoke temporary on database %I from public', current_database());
    end if;
  end $$`;

/** Applies the rights in this folder and answers true; answers false when they stand already. */
export async function applyRights(client: pg.Client, folder: string): Promise<boolean> {
  const sql = contextsIn(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const checksum = createHash('sha256')
    .update([TAKE_AWAY, ...sql].join('\n'))
    .digest('hex');
  await client.query(NO_TEMPORARY_TABLES);
  await client.query(BOOKKEEPING);
  const { rows } = await client.query<{ checksum: string }>('select checksum from _rights');
  if (rows[0]?.checksum === checksum) return false;
  await client.query('begin');
  try {
    for (const text of [TAKE_AWAY, ...sql]) await client.query(text);
    await client.query(
      `insert into _rights (checksum) values ($1)
       on conflict (id) do update set checksum = excluded.checksum, applied_at = now()`,
      [checksum],
    );
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    throw new Error('the rights could not be applied; those before them stand', { cause: error });
  }
}

function contextsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const nowhere = files.find((file) => !ORDER.includes(path.basename(file, '.sql')));
  if (nowhere !== undefined) {
    throw new Error(`prisma/rights/${nowhere} has no place in the order of prisma/rights.ts`);
  }
  return ORDER.map((context) => `${context}.sql`).filter((file) => files.includes(file));
}
