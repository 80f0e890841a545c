/**
 * Recording a change of an entity: the copy of its state, its plan, timeline, audit and mail, in one
 * transaction. A version is recorded once, under a lock of the copy: an attempt that comes late, or the same
 * milestone again after its workflow task was lost, finds it there, writes nothing and answers what it
 * found. All kinds of entities are recorded so.
 */
import { answerOf } from '../domain/shared/command-metadata.ts';
import type { Day } from '../domain/shared/day.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import { dueAt, emptyPlan, isOlder, milestonesKey, planOf } from '../domain/shared/plan.ts';
import type { Milestone, Plan } from '../domain/shared/plan.ts';
import type { Refusal } from '../domain/shared/refusal.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { lockedState } from '../prisma/copies.ts';
import { toColumn } from '../prisma/day-column.ts';
import { newestRules } from '../prisma/published-rules.ts';
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
    /**
     * Records a change and answers the plan that follows. Records nothing where its version stands already,
     * where a rule refuses it, or where what was due is not due any more.
     */
    record: (recording) =>
      inAttempt(database, async (tx) => {
        const { state } = recording.change;
        const { version } = state;
        const nothing = { version, plan: emptyPlan(state), held: null, refusal: null, moot: null };

        const held = await lockCopy(tx, state);
        if (held && held.version >= version) {
          await forgetGrant(tx, recording, held);
          return { ...nothing, version: held.version, held, plan: await planFor(tx, held) };
        }
        requireNoHole(held, recording);
        const moot = held && (await planInstead(tx, held, recording));
        if (moot) return { ...nothing, moot };
        const refusal = await refused(tx, recording);
        if (refusal) return { ...nothing, refusal };

        const ahead = await aheadOf(tx, state);
        await storePlan(tx, state, ahead, { isFirst: version === 1 });
        if (version === 1) await catchUpWithRules(tx, state);
        await kind.store(tx, { ...recording, held }, parts);
        return { ...nothing, plan: planOf(state, ahead) };
      }),

    /** What lies ahead, by the version of the rules that the state names. Changes nothing. */
    plan: (state) => inAttempt(database, (tx) => planFor(tx, state)),

    /** Reserves what a command needs and answers null, or answers the refusal. */
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

  // A worker that died has recorded another change as this version. The command is decided anew after it,
  // so what was reserved for the command by the state before is given back.
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

  // What is due is judged by the current rules and tables. The plan may be out of date: newer rules are
  // published before this workflow is told of them, and a table may have changed without telling it. Then
  // nothing is recorded but the new plan.
  async function planInstead(
    tx: Tx,
    held: State,
    { cause }: Recording<Change>,
  ): Promise<Plan | null> {
    if (cause.by !== 'time') return null;
    const rules = await newestRules(tx);
    const overtaken = isOlder(held, rules);
    const now = overtaken ? { ...held, ...rules } : held;
    const ahead = await aheadOf(tx, now);
    const keys = new Set(ahead.map(({ key }) => key));
    if (!overtaken && cause.due.every(({ key }) => keys.has(key))) return null;
    await storePlan(tx, now, ahead, { isFirst: false });
    return planOf(now, ahead);
  }

  async function planFor(tx: Tx, state: State): Promise<Plan> {
    return planOf(state, await aheadOf(tx, state));
  }

  async function aheadOf(tx: Tx, state: State): Promise<Milestone[]> {
    return kind.isEnded(state) ? [] : kind.milestones(tx, state);
  }

  // Everything that lies ahead, though the workflow is handed only the next few.
  async function storePlan(
    tx: Tx,
    state: State,
    ahead: readonly Milestone[],
    { isFirst }: { isFirst: boolean },
  ): Promise<void> {
    const { id: entityId } = state;
    if (!isFirst) await tx.plannedMilestone.deleteMany({ where: { entityId } });
    if (ahead.length === 0) return;
    await tx.plannedMilestone.createMany({
      data: ahead.map((milestone, place) => ({
        entityId,
        place,
        ...milestone,
        dueDay: toColumn(milestone.dueDay),
        dueAt: new Date(dueAt(milestone, state)),
      })),
    });
  }
}

const UNASKED: Refusal = { code: 'CommandUnknown', params: {} };

// Where PostgreSQL was put back to an older backup, the versions between are missing. A change that is
// recorded all the same would hide that they are, and numbers which they reserved would be given away again.
// The change waits until the entity is restored.
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

/** The key under which a cause is recorded at most once. */
export function keyOf(cause: Cause): string {
  if (cause.by === 'person') return cause.given.commandId;
  return cause.by === 'time' ? milestonesKey(cause.due) : cause.key;
}

/** The business day on which the change happened. */
export function dayOf(cause: Cause): Day {
  return cause.by === 'person' ? cause.given.businessDay : cause.day;
}

/** The request that started it, or the milestone, for logs and mail. */
export function requestOf({ id }: EntityState, cause: Cause): string {
  return cause.by === 'person' ? cause.given.requestId : `${id}/${keyOf(cause)}`;
}
