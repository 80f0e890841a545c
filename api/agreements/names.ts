/**
 * What ids stand for. Agreements and refusals carry ids only; here they become the names that
 * their readers know, as far as row policies let this caller know them.
 */
import { isDay } from '../../domain/day.ts';
import type { RuleParams } from '../../domain/rule-broken.ts';
import type { Tx } from '../../prisma/connect.ts';
import { formatDay } from '../../texts/format.ts';
import { translator } from '../../texts/translator.ts';

/** Names by id; unknown ids are simply absent. */
export type Names = ReadonlyMap<string, string>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The names of offices, office holders, users, notes, letters and agreements behind these ids. */
export async function namesOf(tx: Tx, ids: Iterable<string>): Promise<Names> {
  const wanted = [...new Set(ids)];
  const uuids = wanted.filter((id) => UUID.test(id));
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    select id::text, name from office where id = any (${uuids}::uuid[])
    union all select id::text, person_name from office_holder where id = any (${uuids}::uuid[])
    union all select id::text, text from note where id = any (${uuids}::uuid[])
    union all select id::text, letter_number from evidence where id = any (${uuids}::uuid[])
    union all select id::text, title from agreement where id = any (${uuids}::uuid[])
    union all select id, name from auth."user" where id = any (${wanted})`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const nameOfCode = translator('codes');

// Parameters whose values are codes with a name of their own.
const CODED = ['stage', 'side', 'kind', 'form', 'legalBasis', 'reason', 'command'];

/** Parameters of a refusal in words: names for ids, days as people write them, codes by name. */
export async function inWords(tx: Tx, params: RuleParams): Promise<RuleParams> {
  const values = Object.values(params).flatMap((value): (string | number)[] =>
    typeof value === 'object' ? [...value] : [value],
  );
  const names = await namesOf(
    tx,
    values.filter((value): value is string => typeof value === 'string' && UUID.test(value)),
  );
  const word = (name: string, value: string | number): string | number => {
    if (typeof value === 'number') return value;
    if (isDay(value)) return formatDay(value);
    return names.get(value) ?? (CODED.includes(name) ? nameOfCode(`${name}.${value}`) : value);
  };
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.map((each) => String(word(name, each))) : word(name, value),
    ]),
  );
}
