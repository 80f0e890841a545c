/**
 * What the rest of the system may say to a running agreement. This is the only file of
 * `workflows/` that other folders import; the implementation stays behind it.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import { branchOf } from '../domain/agreement.ts';
import type { AgreementId, AgreementState } from '../domain/agreement.ts';
import type { Command, CommandType } from '../domain/command.ts';
import type { Rules } from '../domain/milestone.ts';
import type { RenewalNews } from '../domain/renewal.ts';
import type { Refusal } from '../domain/rule-broken.ts';

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

/** The answer to a command that was accepted: the version it led to, or why it was refused. */
export type Answer = { version: number; refusal: Refusal | null };

/** The update that carries a command of this type. Its update id is the command's id. */
export function commandUpdate(type: CommandType) {
  return defineUpdate<Answer, [Command]>(type);
}

/** One replanning at a time for the agreements of a queue. */
export function replanId(agreementsQueue: string): string {
  return `replan/${agreementsQueue}`;
}

/** Newer rules were published; the replanning that runs goes round once more. */
export const rulesPublished = defineSignal('rulesPublished');

/** Newer rules are in force; the plan has to be made afresh. */
export const planOutdated = defineSignal<[Rules]>('planOutdated');

/** A renewal reports to the agreement it follows. */
export const renewalNews = defineSignal<[RenewalNews]>('renewalNews');

/** What a lifecycle comes to: it ended, or it was refused before it existed. */
export type Outcome = { refusal: Refusal | null };

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
