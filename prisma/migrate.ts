/**
 * Brings a database up to date: migrations of its tables in order and once, then the rights when
 * their text has changed. Keeps Prisma's own bookkeeping table and lock, so that
 * `prisma migrate deploy` and this runner agree on which migrations have been applied.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { ROOT } from '../config/root.ts';
import { asOwner } from './owner.ts';
import { applyRights } from './rights.ts';

const PRISMA = path.join(ROOT, 'prisma');

// The advisory lock that Prisma's schema engine takes for the same purpose.
const LOCK = 72707369;

const BOOKKEEPING = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

/** What brought a database up to date: migrations by name, and whether its rights were applied. */
export type Migrated = { migrations: string[]; rights: boolean };

/**
 * Brings the database to the newest migration and to the rights that stand in this folder. Refuses
 * a database whose applied migrations differ from the files.
 */
export async function migrate(ownerUrl: string, folder = PRISMA): Promise<Migrated> {
  return asOwner(ownerUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(BOOKKEEPING);
    const applied = await appliedMigrations(client);
    const pending = migrationsIn(path.join(folder, 'migrations')).filter(({ name, checksum }) => {
      const known = applied.get(name);
      if (known !== undefined && known !== checksum) {
        throw new Error(`migration ${name} was changed after it had been applied`);
      }
      return known === undefined;
    });
    for (const migration of pending) await apply(client, migration);
    const rights = await applyRights(client, path.join(folder, 'rights'));
    return { migrations: pending.map(({ name }) => name), rights };
  });
}

type Migration = { name: string; sql: string; checksum: string };

function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'select migration_name, checksum from _prisma_migrations where finished_at is not null',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

// Each migration is one transaction: it is applied as a whole or not at all.
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed and was undone`, { cause: error });
  }
}
