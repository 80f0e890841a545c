/**
 * What the runner (run-entity.ts) asks of something that changes over time: an agreement, later a list of
 * people, a bill or a claim. Its rules are pure; its workflow is the runner's.
 */
import type { SearchAttributePair, SignalDefinition } from '@temporalio/common';
import { setHandler } from '@temporalio/workflow';
import type { Day } from '../domain/shared/day.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import type { ActivityNames, EntityCommand } from './messages.ts';
import type { Milestone, Rules } from '../domain/shared/plan.ts';

/** A kind of entity: its commands, its signals and its rules. Its rules are pure; `afterRecording` is not. */
export type Entity<
  State extends EntityState,
  Command extends EntityCommand,
  Change extends { state: State },
> = {
  /** The activities by which it is recorded and planned, and by which PostgreSQL grants things. */
  activities: ActivityNames;
  /** The commands that people may give it. */
  commands: readonly Command['type'][];
  /** What it hears from elsewhere, besides new rules. */
  signals: readonly EntitySignal<State, Change>[];
  /** Its first change: it exists. */
  begin: (proposed: State) => Change;
  /** The change that a command asks for; throws `RuleBroken`. */
  decide: (state: State, command: Command) => Change;
  /** Whether PostgreSQL has to grant the command, too. */
  needsReservation: (state: State, command: Command) => boolean;
  /** What due milestones do, all at once, on this day. */
  pass: (state: State, due: readonly Milestone[], day: Day) => Change;
  /** Takes newer rules over. */
  adoptRules: (state: State, rules: Rules) => Change;
  isEnded: (state: State) => boolean;
  /** A run of its workflow lasts no longer than this stays the same. */
  stretchOf: (state: State) => string;
  /** By what operators find it in Temporal's own pages. */
  searchAttributesOf: (state: State) => SearchAttributePair[];
  /** Tells others of a change that is recorded; `before` is null at the first. */
  afterRecording?: (before: State | null, after: State) => Promise<void>;
};

/** Has a signal heard: whatever it changes is recorded once, under its key. */
export type EntitySignal<State, Change> = (
  learn: (hear: (state: State) => News<Change>) => Promise<void>,
) => void;

/** Null when it is nothing new. */
export type News<Change> = { change: Change; key: string } | null;

/** Pairs a signal with what it changes. */
export function onSignal<State, Change, Payload>(
  definition: SignalDefinition<[Payload]>,
  hear: (state: State, payload: Payload) => News<Change>,
): EntitySignal<State, Change> {
  return (learn) =>
    setHandler(definition, (...[payload]) => learn((state) => hear(state, payload)));
}
