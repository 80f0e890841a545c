/** Where each role finds PostgreSQL: by its own setting, or from the owner's and the secret. */
import { SERVING_ROLES, urlOf } from './roles.ts';
import type { ServingRole } from './roles.ts';
import { required } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';

const OWN_SETTING = {
  mapalus_auth: 'DATABASE_URL_AUTH',
  mapalus_app: 'DATABASE_URL_APP',
  mapalus_worker: 'DATABASE_URL_WORKER',
} as const satisfies Record<ServingRole, keyof Settings>;

/** The connection of a serving role. */
export function databaseUrl(settings: Settings, role: ServingRole): string {
  const own = settings[OWN_SETTING[role]];
  if (own !== undefined) return own;
  const owner = required(settings, 'DATABASE_URL', 'the PostgreSQL database');
  return urlOf(role, owner, required(settings, 'MAPALUS_SECRET', "the installation's secret"));
}

/** The connections of the serving roles that have a setting of their own. */
export function ownDatabaseUrls(settings: Settings): Partial<Record<ServingRole, string>> {
  return Object.fromEntries(
    SERVING_ROLES.map((role) => [role, settings[OWN_SETTING[role]]]).filter(([, url]) => url),
  ) as Partial<Record<ServingRole, string>>;
}
