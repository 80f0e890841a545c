/**
 * The copies of entities: one table a kind, and the columns that all of them have: `id`, `version`,
 * `state`, `stage` (`ended` when it is over), `release` and `recorded_at`.
 */
import { Prisma } from './client/client.ts';
import type { Tx } from './connect.ts';

/** The name of a table of copies; a constant of the code, never anything that somebody typed. */
export type CopyTable = string;

/** An open entity, and how far (ms) its business clock runs ahead of the server's. */
export type OpenCopy = { id: string; clockOffset: number };

/** An open entity, and the release that recorded it last. */
export type SampledCopy = { id: string; release: string };

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

/** One open entity of each stage and release, the one that was recorded last. */
export function sampleOpen(tx: Tx, table: CopyTable): Promise<SampledCopy[]> {
  return tx.$queryRaw<SampledCopy[]>`
    select distinct on (stage, release) id, release from ${named(table)} where stage <> 'ended'
    order by stage, release, recorded_at desc`;
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
