/** Which secrets each process holds: those it works with, and none of another one's. */
import { databaseUrl } from '../prisma/databases.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';

const SECRETS = [
  'MAPALUS_SECRET',
  'DATABASE_URL',
  'DATABASE_URL_AUTH',
  'DATABASE_URL_APP',
  'DATABASE_URL_WORKER',
  'TEMPORAL_API_KEY',
  'SMTP_URL',
  'METRICS_TOKEN',
  'ADMIN_PASSWORD',
] as const satisfies (keyof Settings)[];

type Secret = (typeof SECRETS)[number];

const HELD = {
  api: [
    'MAPALUS_SECRET',
    'DATABASE_URL_AUTH',
    'DATABASE_URL_APP',
    'TEMPORAL_API_KEY',
    'METRICS_TOKEN',
  ],
  worker: ['DATABASE_URL_WORKER', 'TEMPORAL_API_KEY', 'SMTP_URL', 'METRICS_TOKEN'],
  mailbox: ['SMTP_URL'],
} as const satisfies Record<string, readonly Secret[]>;

/** A process that works with secrets. */
export type Holder = keyof typeof HELD;

/**
 * The environment of one process, from that of a whole installation: the owner's connection and
 * the secret are turned into the connections of the roles that the process connects as.
 */
export function environmentOf(holder: Holder, whole: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = readSettings(whole);
  const connections: Partial<Record<Secret, () => string>> = {
    DATABASE_URL_AUTH: () => databaseUrl(settings, 'mapalus_auth'),
    DATABASE_URL_APP: () => databaseUrl(settings, 'mapalus_app'),
    DATABASE_URL_WORKER: () => databaseUrl(settings, 'mapalus_worker'),
  };
  const env = { ...whole };
  for (const secret of SECRETS) delete env[secret];
  for (const secret of HELD[holder]) env[secret] = connections[secret]?.() ?? whole[secret];
  return env;
}
