/** What ids stand for: the one place that knows in which table a name is kept. */
import type { FormerName } from '../domain/office/former-name.ts';
import { Prisma } from './client/client.ts';
import type { Reading } from './connect.ts';

/** Names by id; unknown ids are simply absent. */
export type Names = ReadonlyMap<string, string>;

/** What an id of a row looks like; ids of users are other text. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The names of offices, office holders, users, notes, letters and agreements behind these ids, as
 * far as row policies let the transaction's actor know them.
 */
export async function namesOf(tx: Reading, ids: Iterable<string>): Promise<Names> {
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>(named([...new Set(ids)]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The same names, with those that offices and office holders had before. */
export async function namesOfAllTimes(
  tx: Reading,
  ids: Iterable<string>,
): Promise<{ names: Names; former: FormerName[] }> {
  const wanted = [...new Set(ids)];
  const [row] = await tx.$queryRaw<{ names: Record<string, string>; former: FormerName[] }[]>`
    select former_names(${wanted}::text[]) as former,
      (select coalesce(json_object_agg(id, name), '{}') from (${named(wanted)}) named) as names`;
  return { names: new Map(Object.entries(row?.names ?? {})), former: row?.former ?? [] };
}

function named(wanted: string[]): Prisma.Sql {
  const uuids = wanted.filter((id) => UUID.test(id));
  return Prisma.sql`
    select id::text, name from office where id = any (${uuids}::uuid[])
    union all select id::text, person_name from office_holder where id = any (${uuids}::uuid[])
    union all select id::text, text from note where id = any (${uuids}::uuid[])
    union all select id::text, letter_number from evidence where id = any (${uuids}::uuid[])
    union all select id::text, title from agreement where id = any (${uuids}::uuid[])
    union all select id, name from auth."user" where id = any (${wanted}::text[])`;
}
