/** The agreement as a kind of entity. */
import { isEnded } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Command } from '../../domain/agreement/command.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import {
  AGREEMENT_ACTIVITIES,
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/agreement/messages.ts';
import type { EntityKind } from '../entity.ts';
import { milestonesOf } from '../milestones.ts';
import { storeAgreement } from './record.ts';
import { alignReservations, grantReservation, reserveRenewal } from './reservations.ts';
import { freeUnknown, holdsNumbers, holdsTitle, newsOfRenewals, takeBack } from './restoring.ts';
import { refusedUnderParent } from './term-reservations.ts';

export const agreementEntity: EntityKind<AgreementState, Command, Transition> = {
  workflowType: AGREEMENT_LIFECYCLE,
  workflowIdPrefix: lifecycleId(''),
  activities: AGREEMENT_ACTIVITIES,
  table: 'agreement',
  isEnded,
  searchAttributesOf,

  milestones: milestonesOf,
  refuseBeginning: async (tx, agreement) =>
    (await refusedUnderParent(tx, agreement)) ?? reserveRenewal(tx, agreement),
  store: storeAgreement,
  grant: grantReservation,
  align: alignReservations,

  takeBack,
  canStillBegin: holdsTitle,
  canStillGrant: holdsNumbers,
  freeUnknown,
  untoldNews: newsOfRenewals,
};
