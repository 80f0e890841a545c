/** Who may read and keep offices, office holders and accounts. */
import { READERS } from './roles.ts';
import type { Permissions } from './roles.ts';

export const OFFICE_PERMISSIONS = {
  'office.read': [...READERS, ['administrator', 'tree']],
  'office.write': [['administrator', 'tree']],
  'holder.write': [
    ['administrator', 'tree'],
    ['legal', 'institution'],
    ['branch-head', 'tree'],
  ],
  'user.read': [...READERS, ['administrator', 'tree']],
  'user.write': [['administrator', 'tree']],
} as const satisfies Permissions;
