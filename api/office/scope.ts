/** Whether the caller's permission reaches an office; the answer is PostgreSQL's. */
import type { Action } from '../../domain/permissions.ts';
import type { Tx } from '../../prisma/connect.ts';
import { Refused } from '../http/problems.ts';

/**
 * Refuses an office that the permission does not reach. Where the caller came by the id of
 * something in that office, `NotFound` tells nothing of its existence.
 */
export async function requireScope(
  tx: Tx,
  action: Action,
  office: string,
  {
    otherwise = 'OfficeNotYours',
    field,
  }: { otherwise?: 'OfficeNotYours' | 'NotFound' | 'NotPermitted'; field?: string } = {},
): Promise<void> {
  const [row] = await tx.$queryRaw<{ reached: boolean }[]>`
    select ${office}::uuid = any (actor_scope(${action})) as reached`;
  if (!row?.reached) throw new Refused(otherwise, {}, field === undefined ? {} : { field });
}
