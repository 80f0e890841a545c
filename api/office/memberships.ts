/** Memberships as they are shown: role, office, institution, time. */
import type { z } from 'zod';
import type { OfficeKind } from '../../domain/office/office.ts';
import type { Role } from '../../domain/office/roles.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn, toDay } from '../../prisma/day-column.ts';
import type { Membership } from './contract.ts';

export type MembershipBody = z.input<typeof Membership>;

/** The memberships of these users that hold on a day or begin later, by user. */
export async function membershipsOf(
  tx: Tx,
  userIds: readonly string[],
  today: Day,
): Promise<Map<string, MembershipBody[]>> {
  const rows = await tx.membership.findMany({
    where: {
      userId: { in: [...userIds] },
      OR: [{ untilDay: null }, { untilDay: { gte: toColumn(today) } }],
    },
    include: { office: true },
    orderBy: [{ fromDay: 'asc' }, { id: 'asc' }],
  });
  const institutions = await tx.office.findMany({
    where: { id: { in: rows.map(({ office }) => office.institutionId) } },
    select: { id: true, name: true },
  });
  const byUser = new Map<string, MembershipBody[]>();
  for (const { id, userId, role, office, fromDay, untilDay } of rows) {
    // Ended at once before it began.
    if (untilDay !== null && untilDay < fromDay) continue;
    const membership = {
      id,
      role: role as Role,
      office: {
        id: office.id,
        name: office.name,
        kind: office.kind as OfficeKind,
        institution: institutions.find((each) => each.id === office.institutionId)?.name ?? '',
      },
      from: toDay(fromDay),
      until: untilDay && toDay(untilDay),
    };
    byUser.set(userId, [...(byUser.get(userId) ?? []), membership]);
  }
  return byUser;
}
