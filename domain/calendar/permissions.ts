/** Who may publish the rules of reminders; they hold for the whole installation. */
import type { Permissions } from '../office/roles.ts';

export const CALENDAR_PERMISSIONS = {
  'policy.write': [['administrator', 'installation']],
} as const satisfies Permissions;
