/** Memberships as they are shown: role, office, institution, time. */
import type { z } from 'zod';
import type { OfficeKind } from '../../domain/office/office.ts';
import type { Role } from '../../domain/office/roles.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Prisma } from '../../prisma/client/client.ts';
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
  // A role that was ended before it began holds on no day.
  const held = rows.filter(({ fromDay, untilDay }) => untilDay === null || untilDay >= fromDay);
  const byUser = new Map<string, MembershipBody[]>();
  for (const [at, membership] of (await rendered(tx, held)).entries()) {
    const userId = held[at]?.userId ?? '';
    byUser.set(userId, [...(byUser.get(userId) ?? []), membership]);
  }
  return byUser;
}

/** These memberships, whenever they hold. */
export async function membershipsById(tx: Tx, ids: readonly string[]): Promise<MembershipBody[]> {
  const rows = await tx.membership.findMany({
    where: { id: { in: [...ids] } },
    include: { office: true },
    orderBy: [{ fromDay: 'asc' }, { id: 'asc' }],
  });
  return rendered(tx, rows);
}

type Row = Prisma.MembershipGetPayload<{ include: { office: true } }>;

async function rendered(tx: Tx, rows: readonly Row[]): Promise<MembershipBody[]> {
  const institutions = await tx.office.findMany({
    where: { id: { in: rows.map(({ office }) => office.institutionId) } },
    select: { id: true, name: true },
  });
  return rows.map(({ id, role, office, fromDay, untilDay }) => ({
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
  }));
}
