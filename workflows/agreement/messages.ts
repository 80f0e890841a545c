/** What the rest of the system may say to a running agreement, and by what names. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal } from '@temporalio/workflow';
import { branchOf } from '../../domain/agreement/agreement.ts';
import type { AgreementId } from '../../domain/shared/ids.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { RenewalStatus } from '../../domain/agreement/renewal.ts';
import type { ActivityNames } from '../messages.ts';

/** The name under which the lifecycle is started, without importing it. */
export const AGREEMENT_LIFECYCLE = 'agreementLifecycle';

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

/** A renewal reports to the agreement it follows. */
export const renewalStatus = defineSignal<[RenewalStatus]>('renewalStatus');

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
