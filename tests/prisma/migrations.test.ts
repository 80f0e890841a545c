/** The ways to today's schema: from nothing, from the first migration, and the ways that are barred. */
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
import { createDatabase } from '../support/create-database.ts';

const MIGRATIONS = path.join(ROOT, 'prisma', 'migrations');
const ALL = readdirSync(MIGRATIONS).filter((name) => /^\d+_/.test(name));
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
  for (const name of names) {
    cpSync(path.join(MIGRATIONS, name), path.join(folder, name), { recursive: true });
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

    expect(first).toEqual(ALL);
    expect(second).toEqual([]);
    expect(await ask(url, 'select count(*)::int as tables from region')).toEqual([{ tables: 0 }]);
  });

  test('bring a database of the first release to the same schema, with what it holds', async () => {
    await migrate(url, release([FIRST]));
    await ask(url, "insert into calendar (version, source) values (7, 'kept')");
    const fresh = await createDatabase(inject('postgres').superuserUrl, `fresh_${randomUUID()}`);
    await migrate(fresh);

    const applied = await migrate(url);

    expect(applied).toEqual(ALL.slice(1));
    expect(await schemaOf(url)).toEqual(await schemaOf(fresh));
    expect(await ask(url, 'select version, source from calendar where version = 7')).toEqual([
      { version: 7, source: 'kept' },
    ]);
  });

  test('started by two processes at once are applied once', async () => {
    const applied = await Promise.all([migrate(url), migrate(url)]);

    expect(applied.flat()).toEqual(ALL);
  });

  test('refuse a database whose migrations were changed after they had been applied', async () => {
    await migrate(url, release(ALL));
    appendFileSync(path.join(folder, FIRST, 'migration.sql'), '\n-- another thought\n');

    await expect(migrate(url, folder)).rejects.toThrow(
      `migration ${FIRST} was changed after it had been applied`,
    );
  });

  test('that fail leave nothing behind, and may be mended', async () => {
    const next = '20990101000000_next';
    await migrate(url, release(ALL));
    mkdirSync(path.join(folder, next));
    const file = path.join(folder, next, 'migration.sql');
    writeFileSync(file, 'create table half (id int); select 1 / 0;');

    await expect(migrate(url, folder)).rejects.toThrow(`migration ${next} failed and was undone`);
    writeFileSync(file, 'create table half (id int);');
    const applied = await migrate(url, folder);

    expect(applied).toEqual([next]);
  });
});
