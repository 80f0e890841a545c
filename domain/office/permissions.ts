/** Who may read and keep offices, office holders and accounts. */
import { READERS } from './roles.ts';
import type { Permissions } from './roles.ts';

export const OFFICE_PERMISSIONS = {
  'office.read': [...READERS, ['administrator', 'institution']],
  'office.write': [['administrator', 'institution']],
  'holder.write': [
    ['administrator', 'institution'],
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'user.read': [...READERS, ['administrator', 'institution']],
  'user.write': [['administrator', 'institution']],
} as const satisfies Permissions;
