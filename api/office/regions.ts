/** Regions by their ministry codes. */
import type { Zone } from '../../domain/shared/day.ts';
import { listRegions } from './contract.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { ApiParts } from '../parts.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

type Row = { code: string; name: string; level: number; zone: Zone; parent: string | null };

export function regionRoutes({ database }: ApiParts): Implementation[] {
  return [
    implement(listRegions, async ({ query, principal }) => {
      const { parent, level, q, cursor, limit } = query;
      const after = cursor === undefined ? undefined : readCursor(cursor, [() => true])[0];
      const rows = await database.reading(principal.settings).$queryRaw<Row[]>`
        select code, name, level, zone, parent_code as "parent" from region
        where code = any (array(select find_regions(${q ?? null}, ${parent ?? null},
          ${level ?? null}::smallint, ${after ?? null}, ${limit + 1}::integer)))
        order by code`;
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        body: {
          items: page,
          nextCursor: rows.length > limit && last ? writeCursor([last.code]) : null,
        },
      };
    }),
  ];
}
