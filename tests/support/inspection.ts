/** Inspections of a market: a second context of tests, which gives stalls milestones out of a table. */
import type { Day } from '../../domain/shared/day.ts';
import type { EntityState } from '../../domain/shared/entity.ts';
import type { Milestone } from '../../domain/shared/plan.ts';
import type { Tx } from '../../prisma/connect.ts';

/** A visit that is planned; a day may have several, each of a stage. */
export type Visit = { stage: string; day: Day };

/** It looks at stalls and changes nothing of them. */
export const INSPECTION = {
  ahead: ({ milestonesPassedUntil }: EntityState, { visits }: { visits: Visit[] }) =>
    visits
      .filter(({ day }) => day > milestonesPassedUntil)
      .map(({ stage, day }) => ({ kind: 'visit', stage, dueDay: day })),
  pass: <State>(state: State, due: readonly Milestone[]) => ({
    state,
    events: due.map(({ stage }) => `visited for ${stage}`),
  }),
};

export function visitsOf(tx: Tx, { id }: EntityState): Promise<Visit[]> {
  return tx.$queryRaw<Visit[]>`
    select stage, day::text from visit where stall = ${id}::uuid order by day, stage`;
}

/** Writes a report of each visit that is due. */
export async function recordVisits(
  tx: Tx,
  { id }: EntityState,
  due: readonly Milestone[],
): Promise<void> {
  for (const { source, key } of due) {
    if (source === 'inspection') {
      await tx.$executeRaw`insert into report values (${id}::uuid, ${key})`;
    }
  }
}
