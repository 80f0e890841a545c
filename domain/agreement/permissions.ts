/** Who may do what to agreements. */
import { READERS } from '../office/roles.ts';
import type { Grants, Permissions } from '../office/roles.ts';

/** Everybody who writes the text, hands it on and speaks for an office about it. */
export const DRAFTERS = [
  ['legal', 'institution'],
  ['proposer', 'office'],
  ['branch-officer', 'office'],
  ['branch-head', 'tree'],
] as const satisfies Grants;

export const AGREEMENT_PERMISSIONS = {
  'agreement.read': READERS,
  'agreement.create': DRAFTERS,
  'agreement.draft': DRAFTERS, // submit, return, pass the turn
  'agreement.approve': [
    ['legal', 'office'],
    ['approver', 'office'],
    ['branch-head', 'office'],
  ],
  'agreement.number': [...DRAFTERS, ['signing-desk', 'institution']],
  'agreement.sign': [...DRAFTERS, ['signing-desk', 'institution']], // record a signature given on paper
  'agreement.renew': DRAFTERS,
  'agreement.end': [
    // withdraw, terminate
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'agreement.agree': [
    // confirm or decline what another party asks for
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'agreement.redate': [
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
} as const satisfies Permissions;

/** What a caller may ask to do to an agreement. */
export type AgreementAction = keyof typeof AGREEMENT_PERMISSIONS;
