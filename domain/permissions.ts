/**
 * The one policy table: which role may do what, and how far it reaches. The API asks it, and
 * PostgreSQL's row-level security reads the same rows, loaded from here by every migration.
 */
import { AGREEMENT_PERMISSIONS, DRAFTERS } from './agreement/permissions.ts';
import { CALENDAR_PERMISSIONS } from './calendar/permissions.ts';
import { OFFICE_PERMISSIONS } from './office/permissions.ts';
import type { Grants, Permissions, Reach, Role } from './office/roles.ts';

/** What serves every context and belongs to none: mail, audit and the training clock. */
const SERVICE_PERMISSIONS = {
  'mail.read': [
    ['legal', 'institution'],
    ['proposer', 'tree'],
    ['approver', 'office'],
    ['signing-desk', 'office'],
    ['branch-officer', 'office'],
    ['branch-head', 'tree'],
    ['inspector', 'institution'],
    ['administrator', 'tree'],
  ],
  'mail.send-again': [...DRAFTERS, ['administrator', 'tree']], // what a server refused
  'audit.read': [
    ['legal', 'institution'],
    ['inspector', 'institution'],
    ['branch-head', 'tree'],
  ],
  'clock.advance': [
    ['administrator', 'tree'],
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
} as const satisfies Permissions;

const POLICY = {
  ...OFFICE_PERMISSIONS,
  ...CALENDAR_PERMISSIONS,
  ...AGREEMENT_PERMISSIONS,
  ...SERVICE_PERMISSIONS,
};

/** Everything a route or a row policy may ask for. */
export type Action = keyof typeof POLICY;

/** One row of the policy table. */
export type Permission = { action: Action; role: Role; reach: Reach };

/** The policy table, row by row. */
export const PERMISSIONS: readonly Permission[] = (
  Object.entries(POLICY) as [Action, Grants][]
).flatMap(([action, grants]) => grants.map(([role, reach]) => ({ action, role, reach })));
