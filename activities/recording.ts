/**
 * Recording: copy, plan and all that is written with them, in one transaction. A version is recorded
 * once, under a lock of its copy: an attempt that comes late, or the same milestone again after its
 * workflow task was lost, finds it there, writes nothing and answers what it found. The same for every
 * kind of entity.
 */
import { answerOf } from '../domain/shared/command-metadata.ts';
import type { Day } from '../domain/shared/day.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import { dueAt, emptyPlan } from '../domain/shared/plan.ts';
import type { Plan } from '../domain/shared/plan.ts';
import type { Refusal, SharedRefusal } from '../domain/shared/refusal.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { lockedState } from '../prisma/copies.ts';
import { toColumn } from '../prisma/day-column.ts';
import type { Cause, EntityActivities, EntityCommand, Recording } from '../workflows/messages.ts';
import { answerOnce, inAttempt, lockCommand, wasAsked } from './attempt.ts';
import { catchUpWithRules } from './calendar/rules.ts';
import type { EntityKind, RecordingParts } from './entity.ts';

/** The activities that an entity's workflows ask for. */
export function recordingOf<
  State extends EntityState,
  Command extends EntityCommand,
  Change extends { state: State },
>(
  kind: EntityKind<State, Command, Change>,
  { database, ...parts }: RecordingParts & { database: Database },
): EntityActivities<State, Command, Change> {
  return {
    /** Records a change, unless its version has been recorded, and answers the plan that follows. */
    record: (recording) =>
      inAttempt(database, async (tx) => {
        const { state } = recording.change;
        const { version } = state;
        const nothing = { version, plan: emptyPlan(state), held: null, refusal: null, moot: null };

        const held = await lockCopy(tx, state);
        if (held && held.version >= version) {
          await forgetGrant(tx, recording, held);
          return { ...nothing, version: held.version, held, plan: await kind.plan(tx, held) };
        }
        requireNoHole(held, recording);
        const moot = (held && (await kind.moot?.(tx, held, recording))) ?? null;
        if (moot) return { ...nothing, moot };
        const refusal = await refused(tx, recording);
        if (refusal) return { ...nothing, refusal };

        const plan = await kind.plan(tx, state);
        await storePlan(tx, state, plan);
        if (version === 1) await catchUpWithRules(tx, state);
        await kind.store(tx, { ...recording, held, plan }, parts);
        return { ...nothing, plan };
      }),

    /** What lies ahead by the rules that the state is planned by. Changes nothing. */
    plan: (state) => inAttempt(database, (tx) => kind.plan(tx, state)),

    /** Grants a command what it needs (null) or says which rule stands against it. */
    reserve: ({ state, command }) =>
      inAttempt(database, async (tx) => {
        const { commandId } = command;
        await lockCommand(tx, commandId);
        return answerOnce(tx, { commandId, entityId: state.id }, async () =>
          (await wasAsked(tx, command, state.id)) ? kind.grant(tx, state, command) : UNASKED,
        );
      }),
  };

  // Attempts to record one entity wait for each other: at its copy or, before there is one, at the
  // command that began it.
  async function lockCopy(tx: Tx, { id, version, created }: State): Promise<State | null> {
    if (version === 1) await lockCommand(tx, created.commandId);
    const stored = await lockedState(tx, kind.table, id);
    return stored === undefined ? null : (stored as State);
  }

  // Another change stands under this version, from a worker that died: the command is decided anew on
  // it, so what it was granted for the state before is given back.
  async function forgetGrant(tx: Tx, { change, cause }: Recording<Change>, held: State) {
    if (cause.by !== 'person' || held.version > change.state.version) return;
    const { commandId } = cause.given;
    if (answerOf(held, commandId)) return;
    await kind.align(tx, held);
    await tx.reservationAnswer.deleteMany({ where: { commandId } });
  }

  async function refused(tx: Tx, { change, cause }: Recording<Change>): Promise<Refusal | null> {
    if (cause.by !== 'person') return null;
    const { state } = change;
    if (!(await wasAsked(tx, cause.given, state.id))) return UNASKED;
    if (state.version > 1) return null;
    const { commandId } = cause.given;
    return answerOnce(
      tx,
      { commandId, entityId: state.id },
      async () => (await kind.refuseBeginning?.(tx, state)) ?? null,
    );
  }

  async function storePlan(tx: Tx, state: State, { milestones }: Plan): Promise<void> {
    const { id: entityId, version } = state;
    if (version > 1) await tx.plannedMilestone.deleteMany({ where: { entityId } });
    if (kind.isEnded(state) || milestones.length === 0) return;
    await tx.plannedMilestone.createMany({
      data: milestones.map((milestone) => ({
        entityId,
        key: milestone.key,
        kind: milestone.kind,
        dueDay: toColumn(milestone.dueDay),
        dueAt: new Date(dueAt(milestone, state)),
      })),
    });
  }
}

const UNASKED: Refusal & { code: SharedRefusal } = { code: 'CommandUnknown', params: {} };

// An older backup of PostgreSQL has forgotten the versions between. Recorded over them, the hole would
// be seen by nobody, and what was granted meanwhile would stay free. The change waits until the
// entity is restored.
function requireNoHole(
  held: EntityState | null,
  { change, cause }: Recording<{ state: EntityState }>,
): void {
  const { version } = change.state;
  if (!held || held.version + 1 === version || cause.by === 'restoring') return;
  throw new Error(
    `PostgreSQL holds version ${held.version} of this entity and should hold ${version - 1}: ` +
      'run `npm run lifecycles:restore`',
  );
}

/** The identity under which a cause is recorded once and for all. */
export function keyOf(cause: Cause): string {
  return cause.by === 'person' ? cause.given.commandId : cause.key;
}

/** The business day on which the change happened. */
export function dayOf(cause: Cause): Day {
  return cause.by === 'person' ? cause.given.businessDay : cause.day;
}

/** The request that started it, or the milestone, for logs and mail. */
export function requestOf({ id }: EntityState, cause: Cause): string {
  return cause.by === 'person' ? cause.given.requestId : `${id}/${cause.key}`;
}
