/** Turning pages by their cursors. */
import type { Caller } from './api.ts';

/** Everything a list gives, page by page to its end. The path has a query already. */
export async function allPages(caller: Caller, path: string): Promise<any[]> {
  const items: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await caller.get(cursor === '' ? path : `${path}&cursor=${cursor}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}
