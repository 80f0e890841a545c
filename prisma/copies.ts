/**
 * The copies of entities: one table a kind, and the columns that all of them have: `id`, `version`,
 * `state`, `stage` (`ended` when it is over), `release` and `recorded_at`.
 *
 * `release` names the workflow code that is known to replay the history of the entity's workflow. A worker
 * writes its own when it records the entity for the first time, begins its workflow again, or has replayed
 * it. A recording by a worker of another release leaves null: who decided the change that it records, and
 * whether that replays, is not known there.
 */
import { Prisma } from './client/client.ts';
import type { Tx } from './connect.ts';

/** The name of a table of copies; a constant of the code, never anything that somebody typed. */
export type CopyTable = string;

/** An open entity, and how far (ms) its business clock runs ahead of the server's. */
export type OpenCopy = { id: string; clockOffset: number };

/** The state of this copy, or undefined when there is none. */
export async function storedState(tx: Tx, table: CopyTable, id: string): Promise<unknown> {
  const [row] = await tx.$queryRaw<{ state: unknown }[]>`
    select state from ${named(table)} where id = ${id}::uuid`;
  return row?.state;
}

/** As `storedState`; nobody else changes the copy until this transaction has ended. */
export async function lockedState(tx: Tx, table: CopyTable, id: string): Promise<unknown> {
  const [row] = await tx.$queryRaw<{ state: unknown }[]>`
    select state from ${named(table)} where id = ${id}::uuid for update`;
  return row?.state;
}

/** Every open entity, in the order of their ids. */
export async function openIds(tx: Tx, table: CopyTable): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from ${named(table)} where stage <> 'ended' order by id`;
  return rows.map(({ id }) => id);
}

/** The open entities that this release is not known to replay, newest recording first. */
export async function foreignIds(tx: Tx, table: CopyTable, release: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from ${named(table)}
    where stage <> 'ended' and release is distinct from ${release} order by recorded_at desc, id`;
  return rows.map(({ id }) => id);
}

/** Of these, one of each stage and release, the one that was recorded last. */
export async function foreignSample(tx: Tx, table: CopyTable, release: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select distinct on (stage, release) id from ${named(table)}
    where stage <> 'ended' and release is distinct from ${release}
    order by stage, release, recorded_at desc`;
  return rows.map(({ id }) => id);
}

/** Of these, those about which somebody has asked within a day and has no answer. */
export async function foreignAwaited(tx: Tx, table: CopyTable, release: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from ${named(table)} copy
    where stage <> 'ended' and release is distinct from ${release} and id in (
      select entity_id from idempotency
      where status is null and created_at > now() - interval '1 day')`;
  return rows.map(({ id }) => id);
}

/** What was asked to begin within a day and is recorded in none of these tables. */
export async function askedAndUnrecorded(tx: Tx, tables: readonly CopyTable[]): Promise<string[]> {
  const unrecorded = tables.map(
    (table) => Prisma.sql`not exists (select from ${named(table)} where id = entity_id)`,
  );
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select distinct entity_id::text as id from idempotency
    where entity_id is not null and status is null and created_at > now() - interval '1 day'
      and ${Prisma.join(unrecorded, ' and ')}`;
  return rows.map(({ id }) => id);
}

/** Notes that this release replays the entity's workflow. */
export async function noteRelease(
  tx: Tx,
  table: CopyTable,
  { id, release }: { id: string; release: string },
): Promise<void> {
  await tx.$executeRaw`
    update ${named(table)} set release = ${release}
    where id = ${id}::uuid and release is distinct from ${release}`;
}

/** Every open entity; or only those that something is due for by this moment. */
export function openCopies(tx: Tx, table: CopyTable, dueBy?: Date): Promise<OpenCopy[]> {
  const due = dueBy
    ? Prisma.sql`and exists (select from planned_milestone milestone
        where milestone.entity_id = copy.id and milestone.due_at <= ${dueBy})`
    : Prisma.empty;
  return tx.$queryRaw<OpenCopy[]>`
    select id, (state ->> 'clockOffset')::float8 as "clockOffset"
    from ${named(table)} copy where stage <> 'ended' ${due}`;
}

/** The open entities after this id, at most so many, and whether older rules plan them. */
export function openAfter(
  tx: Tx,
  table: CopyTable,
  { after, most, rulesVersion }: { after: string | null; most: number; rulesVersion: number },
): Promise<{ id: string; isBehind: boolean }[]> {
  return tx.$queryRaw<{ id: string; isBehind: boolean }[]>`
    select id, (state ->> 'rulesVersion')::integer < ${rulesVersion} as "isBehind"
    from ${named(table)}
    where stage <> 'ended' and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${most}`;
}

/** How many entities are open. */
export async function countOpen(tx: Tx, table: CopyTable): Promise<number> {
  const [row] = await tx.$queryRaw<{ open: number }[]>`
    select count(*)::integer as open from ${named(table)} where stage <> 'ended'`;
  return row?.open ?? 0;
}

/** Whether any open entity is planned by older rules than these. */
export async function anyBehind(tx: Tx, table: CopyTable, rulesVersion: number): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ any: boolean }[]>`
    select exists (select from ${named(table)} where stage <> 'ended'
      and (state ->> 'rulesVersion')::integer < ${rulesVersion}) as any`;
  return row?.any ?? false;
}

/** Notes how far the business clock is ahead in a workflow that begins again. */
export async function keepClockOffset(
  tx: Tx,
  table: CopyTable,
  { id, clockOffset }: OpenCopy,
): Promise<void> {
  await tx.$executeRaw`
    update ${named(table)}
    set state = jsonb_set(state, '{clockOffset}', to_jsonb(${clockOffset}::float8))
    where id = ${id}::uuid`;
}

function named(table: CopyTable): Prisma.Sql {
  return Prisma.raw(`"${table}"`);
}
