/** Regions by their codes. */
import { queryOptions } from '@tanstack/react-query';
import { call } from '../connection/call.ts';

/** The region with this code, found among the regions around it; null when there is none. */
export function regionQuery(code: string | undefined) {
  return queryOptions({
    queryKey: ['region', code],
    enabled: code !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const cut = code?.lastIndexOf('.') ?? -1;
      const where = cut > 0 ? { parent: code?.slice(0, cut) ?? '' } : { level: 1 };
      const { items } = await call('get /regions', { query: { ...where, limit: 100 }, signal });
      return items.find((region) => region.code === code) ?? null;
    },
  });
}
