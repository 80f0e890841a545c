/**
 * What the rest of the system may say to every running entity, and what entities ask of activities. Each
 * context's own messages stand beside its workflows; other folders import nothing else of `workflows/`.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CommandMetadata, CommandResult } from '../domain/shared/command-metadata.ts';
import type { Day } from '../domain/shared/day.ts';
import type { Refusal } from '../domain/shared/refusal.ts';
import type { Milestone, Plan, Rules } from '../domain/shared/plan.ts';

/** The workers of this queue carry every kind of entity. */
export const ENTITIES_QUEUE = 'entities';

/**
 * The queue of what may take a day (moving the clock, replanning), beside the entities' own, so
 * that it never takes the places in which commands are recorded.
 */
export function longWorkQueue(entitiesQueue: string): string {
  return `${entitiesQueue}-long-work`;
}

/** A command of a kind of entity: what its rules ask, with who gives it and when. */
export type EntityCommand = CommandMetadata & { type: string };

/**
 * Why an entity changed. The key, or that of what was due, makes a repeated recording harmless. `restoring` may leap over versions that
 * an older PostgreSQL has lost.
 */
export type Cause =
  | { by: 'person'; given: CommandMetadata }
  | { by: 'time'; due: readonly Milestone[]; day: Day }
  | { by: 'engine'; key: string; day: Day }
  | { by: 'restoring'; key: string; day: Day };

/** One change with its cause. */
export type Recording<Change> = { change: Change; cause: Cause };

/**
 * What recording answers. With a `refusal` or a `moot` plan nothing was recorded: the command was never
 * asked for, PostgreSQL does not grant what a new entity rests on, or a milestone is not due any more by
 * the rules and tables of now, by which the `moot` plan is made. `held` is what PostgreSQL had under this
 * version before, from an attempt whose workflow task was lost; it stays. `plan` is that of the recorded
 * state.
 */
export type Recorded<State> = {
  /** The version that PostgreSQL holds now; meaningless where nothing was recorded. */
  version: number;
  plan: Plan;
  held: State | null;
  refusal: Refusal | null;
  moot: Plan | null;
};

/** What only PostgreSQL can grant a command. */
export type Reservation<State, Command> = { state: State; command: Command };

/** What the runner asks of an entity's activities. */
export type EntityActivities<State, Command, Change> = {
  record: (recording: Recording<Change>) => Promise<Recorded<State>>;
  plan: (state: State) => Promise<Plan>;
  reserve: (reservation: Reservation<State, Command>) => Promise<Refusal | null>;
};
export type ActivityNames = Record<keyof EntityActivities<never, never, never>, string>;

/** The update that carries a command of this type. Its update id is the command's id. */
export function commandUpdate<Given extends EntityCommand>(type: Given['type']) {
  return defineUpdate<CommandResult, [Given]>(type);
}

/** Newer rules are in force; the plan has to be made afresh. */
export const newRules = defineSignal<[Rules]>('newRules');

/** What a lifecycle comes to: it ended, or it was refused before it existed. */
export type EntityResult = { refusal: Refusal | null };
