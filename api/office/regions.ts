/** Regions by their ministry codes. */
import type { Zone } from '../../domain/shared/day.ts';
import { listRegions } from './contract.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { ApiParts } from '../parts.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

export function regionRoutes({ database }: ApiParts): Implementation[] {
  return [
    implement(listRegions, async ({ query, principal }) => {
      const { parent, level, q, cursor, limit } = query;
      const after = cursor === undefined ? undefined : readCursor(cursor, [() => true])[0];
      const rows = await database.withActor(principal.actor, (tx) =>
        tx.region.findMany({
          where: {
            ...(parent !== undefined && { parentCode: parent }),
            ...(level !== undefined && { level }),
            ...(q !== undefined && { name: { contains: q, mode: 'insensitive' } }),
            ...(after !== undefined && { code: { gt: after } }),
          },
          orderBy: { code: 'asc' },
          take: limit + 1,
        }),
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        body: {
          items: page.map(({ code, name, level: depth, zone, parentCode }) => ({
            code,
            name,
            level: depth,
            zone: zone as Zone,
            parent: parentCode,
          })),
          nextCursor: rows.length > limit && last ? writeCursor([last.code]) : null,
        },
      };
    }),
  ];
}
