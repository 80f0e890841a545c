/**
 * Offices of both trees, the roles people have in them, and the one policy table: which role may
 * do what, and how far it reaches. The API asks it, and PostgreSQL's row-level security reads the
 * same rows, loaded from here by every migration.
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

/** What an office is. A `government` is the legal person: province, regency or city. */
export const OFFICE_KINDS = [
  'government',
  'setda-division',
  'opd',
  'bkad',
  'inspektorat',
  'district',
  'village',
  'urban-village',
  'bpjs-head-office',
  'bpjs-regional-office',
  'bpjs-branch',
  'bpjs-smaller-branch',
  'operator',
] as const;
export type OfficeKind = (typeof OFFICE_KINDS)[number];

/** What can be added later; the operator's office is made once, with the installation. */
export type AddedKind = Exclude<OfficeKind, 'operator'>;
export const ADDED_KINDS = OFFICE_KINDS.filter((kind): kind is AddedKind => kind !== 'operator');

/** The kind of an institution's first office, by which its side is known. */
export type RootKind = 'government' | 'bpjs-head-office' | 'operator';

/** What the institution of an office of this kind begins with. */
export function rootKindOf(kind: OfficeKind): RootKind {
  if (kind === 'operator') return 'operator';
  return kind.startsWith('bpjs-') ? 'bpjs-head-office' : 'government';
}

/** Whether an office of this kind is an institution of its own, wherever it stands in the tree. */
export function isInstitution(kind: OfficeKind): boolean {
  return kind === rootKindOf(kind);
}

/** How an office holder holds the office; people know the abbreviations. */
export const CAPACITIES = ['definitif', 'pj', 'plt', 'plh'] as const;
export type Capacity = (typeof CAPACITIES)[number];

/**
 * How far a permission reaches from the office of the membership: that office alone, it and
 * everything below it within the same institution, or the whole institution. BPJS is one
 * institution from Sabang to Merauke, so there `institution` means no more than `tree`. From the
 * operator's office it reaches every office here, and `installation` is granted from there only.
 */
export type Reach = 'office' | 'tree' | 'institution' | 'installation';

/** Everything a route or a row policy may ask for. */
export const ACTIONS = [
  'agreement.read',
  'agreement.create',
  'agreement.draft', // submit, return, pass the turn
  'agreement.approve',
  'agreement.number',
  'agreement.sign', // record a signature given on paper
  'agreement.renew',
  'agreement.end', // withdraw, terminate
  'agreement.redate',
  'office.read',
  'office.write',
  'holder.write',
  'user.read',
  'user.write',
  'mail.read',
  'mail.send-again', // what a server refused
  'audit.read',
  'policy.write',
  'clock.advance',
] as const;
export type Action = (typeof ACTIONS)[number];

/** One row of the policy table. */
export type Permission = { action: Action; role: Role; reach: Reach };

const READERS: readonly [Role, Reach][] = [
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
];

const DRAFTERS: readonly [Role, Reach][] = [
  ['legal', 'institution'],
  ['proposer', 'office'],
  ['branch-officer', 'office'],
  ['branch-head', 'tree'],
];

const POLICY: Record<Action, readonly [Role, Reach][]> = {
  'agreement.read': READERS,
  'agreement.create': DRAFTERS,
  'agreement.draft': DRAFTERS,
  'agreement.approve': [
    ['legal', 'office'],
    ['approver', 'office'],
    ['branch-head', 'office'],
  ],
  'agreement.number': [...DRAFTERS, ['signing-desk', 'institution']],
  'agreement.sign': [...DRAFTERS, ['signing-desk', 'institution']],
  'agreement.renew': DRAFTERS,
  'agreement.end': [
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'agreement.redate': [
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'office.read': [...READERS, ['administrator', 'institution']],
  'office.write': [['administrator', 'institution']],
  'holder.write': [
    ['administrator', 'institution'],
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'user.read': [...READERS, ['administrator', 'institution']],
  'user.write': [['administrator', 'institution']],
  'mail.read': [
    ['legal', 'institution'],
    ['proposer', 'tree'],
    ['approver', 'office'],
    ['signing-desk', 'office'],
    ['branch-officer', 'office'],
    ['branch-head', 'tree'],
    ['inspector', 'institution'],
    ['administrator', 'institution'],
  ],
  'mail.send-again': [...DRAFTERS, ['administrator', 'institution']],
  'audit.read': [
    ['legal', 'institution'],
    ['inspector', 'institution'],
    ['branch-head', 'tree'],
  ],
  'policy.write': [['administrator', 'installation']],
  'clock.advance': [
    ['administrator', 'institution'],
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
};

/** The policy table, row by row. */
export const PERMISSIONS: readonly Permission[] = ACTIONS.flatMap((action) =>
  POLICY[action].map(([role, reach]) => ({ action, role, reach })),
);

/** The roles that have a permission, however far it reaches. */
export function rolesWith(action: Action): Role[] {
  return POLICY[action].map(([role]) => role);
}
