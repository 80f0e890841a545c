/** Offices of both trees: what kinds there are, which are institutions, and how people hold an office. */

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

/**
 * Whether a permission for the whole institution holds from an office of this kind (`Reach` in `roles.ts`).
 * Whoever adds one decides who reaches everything, so only administrators of the institution itself do.
 */
export function answersForAll(kind: OfficeKind): boolean {
  return ['government', 'setda-division', 'bkad', 'inspektorat'].includes(kind);
}

/** How an office holder holds the office; people know the abbreviations. */
export const CAPACITIES = ['definitif', 'pj', 'plt', 'plh'] as const;
export type Capacity = (typeof CAPACITIES)[number];
