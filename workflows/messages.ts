/**
 * What the rest of the system may say to a running agreement. This is the only file of
 * `workflows/` that other folders import; the implementation stays behind it.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import { branchOf } from '../domain/agreement.ts';
import type { AgreementId, AgreementState } from '../domain/agreement.ts';
import type { CommandMetadata } from '../domain/command-metadata.ts';
import type { Day } from '../domain/day.ts';
import type { RenewalStatus } from '../domain/renewal.ts';
import type { Refusal } from '../domain/rule-broken.ts';
import type { Plan, Rules } from '../domain/plan.ts';

/** The workers of this queue carry the agreements. */
export const AGREEMENTS_QUEUE = 'agreements';

/**
 * The queue of what may take a day (moving the clock, replanning), beside the agreements' own, so
 * that it never takes the places in which commands are recorded.
 */
export function longWorkQueue(agreementsQueue: string): string {
  return `${agreementsQueue}-long-work`;
}

/** The name under which the lifecycle is started, without importing it. */
export const AGREEMENT_LIFECYCLE = 'agreementLifecycle';

/** The name under which open agreements are told of newer rules. */
export const REPLAN = 'replan';

/** The name under which the clock of a training installation is moved, and its one id. */
export const ADVANCE_CLOCK = 'advanceClock';
export const ADVANCE_CLOCK_ID = 'advance-clock';

/** One workflow per agreement: Temporal refuses a second start while the first is running. */
export function lifecycleId(agreementId: AgreementId): string {
  return `agreement-lifecycle/${agreementId}`;
}

/** The activities by which agreements are recorded and planned, and what they need is granted. */
export const AGREEMENT_ACTIVITIES = {
  record: 'recordAgreement',
  plan: 'planAgreement',
  reserve: 'reserveForAgreement',
} as const satisfies ActivityNames;

/** A command of a kind of entity: what its rules ask, with who gives it and when. */
export type EntityCommand = CommandMetadata & { type: string };

/** Why an entity changed. The key makes a repeated recording harmless. */
export type Cause =
  | { by: 'person'; given: CommandMetadata }
  | { by: 'time'; key: string; day: Day; rules: Rules }
  | { by: 'engine'; key: string; day: Day };

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

/** The answer to a command that was accepted: the version it led to, or why it was refused. */
export type CommandResult = { version: number; refusal: Refusal | null };

/** The update that carries a command of this type. Its update id is the command's id. */
export function commandUpdate<Given extends EntityCommand>(type: Given['type']) {
  return defineUpdate<CommandResult, [Given]>(type);
}

/** One replanning at a time for the agreements of a queue. */
export function replanId(agreementsQueue: string): string {
  return `replan/${agreementsQueue}`;
}

/** Newer rules were published; the replanning that runs goes round once more. */
export const rulesPublished = defineSignal('rulesPublished');

/** Newer rules are in force; the plan has to be made afresh. */
export const newRules = defineSignal<[Rules]>('newRules');

/** A renewal reports to the agreement it follows. */
export const renewalStatus = defineSignal<[RenewalStatus]>('renewalStatus');

/** What a lifecycle comes to: it ended, or it was refused before it existed. */
export type EntityResult = { refusal: Refusal | null };

// For operators who look around in Temporal's own pages. Product lists are read from PostgreSQL.
export const searchAttributes = {
  kind: defineSearchAttributeKey('AgreementKind', SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey('AgreementStage', SearchAttributeType.KEYWORD),
  region: defineSearchAttributeKey('Region', SearchAttributeType.KEYWORD),
  branch: defineSearchAttributeKey('Branch', SearchAttributeType.KEYWORD),
  endDay: defineSearchAttributeKey('EndDay', SearchAttributeType.DATETIME),
};

/** The search attributes of an agreement as it stands. */
export function searchAttributesOf(agreement: AgreementState) {
  const { kind, stage, region, term } = agreement;
  const branch = branchOf(agreement);
  return [
    { key: searchAttributes.kind, value: kind },
    { key: searchAttributes.stage, value: stage },
    { key: searchAttributes.region, value: region },
    { key: searchAttributes.endDay, value: new Date(`${term.end}T00:00:00Z`) },
    ...(branch === null ? [] : [{ key: searchAttributes.branch, value: branch }]),
  ];
}
