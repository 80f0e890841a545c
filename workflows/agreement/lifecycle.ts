/**
 * Accompanies one agreement from its proposal to the day it ends, which may be years away. The workflow
 * owns the agreement; PostgreSQL holds a full copy for readers. People change it by commands, days
 * change it by milestones, a renewal by its news. How changes are decided, recorded and repeated is the
 * runner's (run-entity.ts); this says what an agreement is.
 */
import { ApplicationFailure, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { isEnded, isFullySigned, neverInForce } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { COMMAND_TYPES } from '../../domain/agreement/command.ts';
import { decide, needsReservation } from '../../domain/agreement/decide.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { numbered } from '../../domain/agreement/transition.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import { adoptRules } from '../../domain/agreement/milestone.ts';
import { passMilestones } from '../../domain/milestones.ts';
import type { Plan } from '../../domain/shared/plan.ts';
import { begin } from '../../domain/agreement/proposal.ts';
import { noteRenewal } from '../../domain/agreement/renewal.ts';
import type { RenewalStatus } from '../../domain/agreement/renewal.ts';
import { onSignal } from '../entity.ts';
import type { Entity } from '../entity.ts';
import {
  AGREEMENT_ACTIVITIES,
  lifecycleId,
  renewalStatus,
  searchAttributesOf,
} from './messages.ts';
import type { EntityResult } from '../messages.ts';
import { runEntity } from '../run-entity.ts';

const agreement: Entity<AgreementState, Command, Transition> = {
  activities: AGREEMENT_ACTIVITIES,
  commands: COMMAND_TYPES,
  signals: [
    onSignal(renewalStatus, (state: AgreementState, renewal) => {
      const noted = noteRenewal(state, renewal);
      return noted.events.length === 0
        ? null
        : { change: numbered(state, noted), key: `renewal/${renewal.id}/${renewal.state}` };
    }),
  ],
  begin,
  decide,
  needsReservation,
  pass: passMilestones,
  adoptRules: (state, rules) => numbered(state, adoptRules(state, rules)),
  isEnded,
  stretchOf: ({ stage }) => stage,
  searchAttributesOf,
  afterRecording: tellPredecessor,
};

/** One agreement's lifecycle, or one run of it; a run that follows is handed what that one had planned. */
export function agreementLifecycle(input: AgreementState, planned?: Plan): Promise<EntityResult> {
  return runEntity(agreement, input, planned);
}

/** Tells the agreement that this one renews how it fares. */
async function tellPredecessor(
  before: AgreementState | null,
  after: AgreementState,
): Promise<void> {
  if (!before) await tell(after, 'running');
  else if (isFullySigned(before) !== isFullySigned(after)) {
    await tell(after, isFullySigned(after) ? 'signed' : 'running');
  }
  if (neverInForce(after)) await tell(after, 'withdrawn');
}

async function tell(
  { id, renewalOf }: AgreementState,
  state: RenewalStatus['state'],
): Promise<void> {
  if (!renewalOf) return;
  try {
    await getExternalWorkflowHandle(lifecycleId(renewalOf)).signal(renewalStatus, { id, state });
  } catch (error) {
    const type = error instanceof ApplicationFailure ? error.type : undefined;
    if (type !== 'ExternalWorkflowExecutionNotFound') throw error;
    log.info('the agreement before this one has ended and needs no news', { state });
  }
}
