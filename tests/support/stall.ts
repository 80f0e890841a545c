/** A market stall: an entity of tests alone, which takes a stand, feels the wind and has days to come. */
import { defineSignal } from '@temporalio/workflow';
import type { EntityKind } from '../../activities/entity.ts';
import { remember } from '../../domain/shared/command-metadata.ts';
import type { CommandMetadata } from '../../domain/shared/command-metadata.ts';
import type { EntityState } from '../../domain/shared/entity.ts';
import type { Plan } from '../../domain/shared/plan.ts';
import type { Tx } from '../../prisma/connect.ts';
import { onSignal } from '../../workflows/entity.ts';
import type { Entity } from '../../workflows/entity.ts';
import { runEntity } from '../../workflows/run-entity.ts';
import { recordVisits } from './inspection.ts';
import { milestonesOf, passedOn } from './stall-milestones.ts';

export type Stall = EntityState & {
  stand: number | null;
  wind: number;
  told: string[];
  isOver: boolean;
};
export type StallCommand = CommandMetadata & { type: 'take'; stand: number };
type Change = { state: Stall };
export const windBlows = defineSignal<[number]>('windBlows');
const activities = { record: 'recordStall', plan: 'planStall', reserve: 'reserveForStall' };
const next = (stall: Stall, only: Partial<Stall>): Change => ({
  state: { ...stall, version: stall.version + 1, ...only },
});

const entity: Entity<Stall, StallCommand, Change> = {
  activities,
  commands: ['take'],
  signals: [
    onSignal(windBlows, (state: Stall, wind) =>
      wind === state.wind ? null : { change: next(state, { wind }), key: `wind/${wind}` },
    ),
  ],
  begin: (state) => next(state, {}),
  decide: (state, { commandId: id, stand }) => {
    const { state: taken } = next(state, { stand });
    return { state: remember(taken, { id, version: taken.version, code: null }) };
  },
  needsReservation: () => true,
  pass: (state, due, day) => next(passedOn(state, due, day), {}),
  adoptRules: (state, { rulesVersion }) => next(state, { rulesVersion }),
  isEnded: ({ isOver }) => isOver,
  stretchOf: ({ stand }) => String(stand),
  searchAttributesOf: () => [],
};
export const stall = (input: Stall, planned?: Plan) => runEntity(entity, input, planned);

const hold = (tx: Tx, id: string, stand: number | null): Promise<number> => tx.$executeRaw`
  with left_behind as (delete from stand where stall = ${id}::uuid and number <> ${stand ?? 0})
  insert into stand select ${stand}, ${id}::uuid where ${stand}::integer > 0 on conflict do nothing`;

export const stallKind: EntityKind<Stall, StallCommand, Change> = {
  workflowType: 'stall',
  workflowIdPrefix: 'stall/',
  activities,
  table: 'stall',
  isEnded: ({ isOver }) => isOver,
  milestones: milestonesOf,
  store: async (tx, { change: { state }, cause }, { release }) => {
    if (cause.by === 'time') await recordVisits(tx, state, cause.due);
    const stage = state.isOver ? 'ended' : 'open';
    await tx.$executeRaw`insert into stall values (${state.id}::uuid, ${state.version}, ${state}, ${stage},
      ${release}) on conflict (id) do update set version = excluded.version, state = excluded.state,
      stage = excluded.stage,
      release = case when stall.release = excluded.release then excluded.release end`;
  },
  grant: async (tx, { id }, { stand }) =>
    (await hold(tx, id, stand)) > 0 ? null : { code: 'NumberTaken', params: {} },
  align: async (tx, { id, stand }) => void (await hold(tx, id, stand)),
  takeBack: (_tx, state) => Promise.resolve({ change: next(state, {}), lost: [] }),
};
