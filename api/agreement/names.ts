/** Refusals in their readers' words: they carry ids, days and codes, and people know names. */
import { isDay } from '../../domain/shared/day.ts';
import type { RuleParams } from '../../domain/shared/refusal.ts';
import type { Tx } from '../../prisma/connect.ts';
import { namesOf, UUID } from '../../prisma/names.ts';
import { formatDay } from '../../texts/format.ts';
import { translator } from '../../texts/translator.ts';

const nameOfCode = translator('codes');

// Parameters whose values are codes with a name of their own.
const CODED = ['stage', 'side', 'kind', 'form', 'legalBasis', 'reason', 'command', 'change'];

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
