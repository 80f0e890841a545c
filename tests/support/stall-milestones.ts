/** The milestones of stalls, joined: of the market, which closes them, and of the inspection. */
import type { Day } from '../../domain/shared/day.ts';
import { aheadBy, passBy } from '../../domain/shared/milestone-sources.ts';
import type { MilestoneSources } from '../../domain/shared/milestone-sources.ts';
import type { Milestone } from '../../domain/shared/plan.ts';
import type { Tx } from '../../prisma/connect.ts';
import { INSPECTION, visitsOf } from './inspection.ts';
import type { Visit } from './inspection.ts';
import type { Stall } from './stall.ts';

const SOURCES: MilestoneSources<Stall, { closings: Day[]; visits: Visit[] }, string> = {
  market: {
    ahead: (_stall, { closings }) => closings.map((dueDay) => ({ kind: 'closing', dueDay })),
    pass: (stall) => ({ state: { ...stall, isOver: true }, events: ['closed'] }),
  },
  inspection: INSPECTION,
};

export async function milestonesOf(tx: Tx, stall: Stall): Promise<Milestone[]> {
  const closings = await tx.$queryRaw<{ day: Day }[]>`select day::text from market`;
  return aheadBy(SOURCES, stall, {
    closings: closings.map(({ day }) => day),
    visits: await visitsOf(tx, stall),
  });
}

/** A stall with what it tells of this day. */
export function passedOn(stall: Stall, due: readonly Milestone[], day: Day): Stall {
  const { state, events } = passBy(SOURCES, stall, due, day);
  return { ...state, told: [...state.told, ...events] };
}
