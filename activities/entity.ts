/**
 * A kind of entity as activities, restoring, replay checks and the training clock know it: where its
 * copies are, by what names its workflows run, and the parts of its recording. An agreement is one;
 * `worker/entities.ts` lists all of them.
 */
import type { SearchAttributePair } from '@temporalio/common';
import type { EntityState } from '../domain/shared/entity.ts';
import type { Milestone } from '../domain/shared/plan.ts';
import type { Refusal } from '../domain/shared/refusal.ts';
import type { Tx } from '../prisma/connect.ts';
import type { CopyTable } from '../prisma/copies.ts';
import type { ActivityNames, EntityCommand, Recording } from '../workflows/messages.ts';

/** What recording stands on besides PostgreSQL. */
export type RecordingParts = {
  /** The release that writes, kept beside every copy. */
  release: string;
  /** The domain of Message-IDs. */
  mailDomain: string;
};

/** What a recording writes, and what it replaces. */
export type Writing<State, Change> = Recording<Change> & {
  /** The copy as it was; null when there was none. */
  held: State | null;
};

/** What of an entity's state an older PostgreSQL takes back, and what of it is lost for good. */
export type TakenBack<Change> = { change: Change; lost: readonly string[] };

/** News that may have been lost on its way to an entity: a signal of its workflow. */
export type News = { to: string; signal: string; payload: unknown };

/**
 * One kind. Its members are asked within the transaction of the recording or restoring; where one that
 * may be left out is left out, nothing stands in the way.
 */
export type EntityKind<
  State extends EntityState = EntityState,
  Command extends EntityCommand = EntityCommand,
  Change extends { state: State } = { state: State },
> = {
  /** The type of its workflows, and how their ids begin, before the entity's own. */
  workflowType: string;
  workflowIdPrefix: string;
  /** The activities by which its workflows are recorded and planned, and are granted things. */
  activities: ActivityNames;
  /** The table of its copies. */
  table: CopyTable;
  isEnded(state: State): boolean;
  /** By what operators find it in Temporal's own pages. */
  searchAttributesOf?(state: State): SearchAttributePair[];

  // -- Recording

  /**
   * All milestones that lie ahead of what has not ended, in the order in which they pass, by the rules
   * that the state is planned by and the tables of now. Asked again when they are due: what is not among
   * them any more is moot.
   */
  milestones(tx: Tx, state: State): Promise<Milestone[]>;
  /** Why PostgreSQL does not let it begin. */
  refuseBeginning?(tx: Tx, state: State): Promise<Refusal | null>;
  /** Writes the copy and all that is written with it, but for its plan. */
  store(tx: Tx, writing: Writing<State, Change>, parts: RecordingParts): Promise<void>;
  /** Grants a command what only PostgreSQL can, or says which rule stands against it. */
  grant(tx: Tx, state: State, command: Command): Promise<Refusal | null>;
  /** Lets what is granted be what this state uses, no less and no more. No command is under way. */
  align(tx: Tx, state: State): Promise<void>;

  // -- Restoring

  /** The change by which an older PostgreSQL, which holds version `from`, takes this state back. */
  takeBack(tx: Tx, state: State, from: number): Promise<TakenBack<Change>>;
  /** Whether PostgreSQL still holds what an entity that it has no row of was begun with. */
  canStillBegin?(tx: Tx, begun: State): Promise<boolean>;
  /** Whether PostgreSQL still holds what these commands, which wait to be granted, speak of. */
  canStillGrant?(tx: Tx, commands: readonly Command[]): Promise<boolean>;
  /**
   * Frees what is granted to entities that PostgreSQL has no row of, but for these, which still run, and
   * answers the news of it.
   */
  freeUnknown?(tx: Tx, running: readonly string[]): Promise<News[]>;
  /** The news that open entities have not taken in, and may have lost. */
  untoldNews?(tx: Tx): Promise<News[]>;
};

/** The id of an entity's workflow: Temporal refuses a second start while the first is running. */
export function workflowIdOf(
  { workflowIdPrefix }: Pick<EntityKind, 'workflowIdPrefix'>,
  id: string,
) {
  return `${workflowIdPrefix}${id}`;
}
