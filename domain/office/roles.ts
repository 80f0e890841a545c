/**
 * The roles that people have in offices, and what it means to grant them something. Each context says in
 * its own `permissions.ts` what it grants; `domain/permissions.ts` joins the rows.
 */

/** The one list of roles. */
export const ROLES = [
  'legal',
  'proposer',
  'approver',
  'signing-desk',
  'treasurer',
  'budget-office',
  'district-operator',
  'village-operator',
  'inspector',
  'branch-officer',
  'branch-head',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/**
 * How far a permission reaches from the office of the membership: that office alone, it and
 * everything below it within the same institution, or the whole institution. `institution` holds from
 * the government itself and from those who answer for all of it: a division of the secretariat, the
 * treasury (BKAD) and the inspectorate (`answersForAll` in `office.ts`). From a service, a district or a
 * village it means no more than `tree`, and so it does within BPJS, which is one institution from Sabang to
 * Merauke. What is below the operator's office is every office here; `installation` is granted from there only.
 */
export type Reach = 'office' | 'tree' | 'institution' | 'installation';

/** The roles that have a permission, each with how far it reaches. */
export type Grants = readonly (readonly [Role, Reach])[];

/** The permissions of one context. */
export type Permissions = Record<string, Grants>;

/** The roles that have a permission, however far it reaches. */
export function rolesOf(grants: Grants): Role[] {
  return grants.map(([role]) => role);
}

/** Everybody who takes part in agreements or watches over them reads what concerns the own office. */
export const READERS = [
  ['legal', 'institution'],
  ['proposer', 'tree'],
  ['approver', 'institution'],
  ['signing-desk', 'institution'],
  ['treasurer', 'office'],
  ['budget-office', 'institution'],
  ['district-operator', 'tree'],
  ['village-operator', 'office'],
  ['inspector', 'institution'],
  ['branch-officer', 'tree'],
  ['branch-head', 'tree'],
] as const satisfies Grants;
