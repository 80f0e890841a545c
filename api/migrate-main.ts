/**
 * `npm run migrate`: installs or updates the database that DATABASE_URL names. With `--administrator ADDRESS` it
 * gives the installation back to somebody: an account with that address, the operator's administrator.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSettings, SettingsRefused } from '../config/settings.ts';
import { install } from './installation/install.ts';

const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'];
const INSUFFICIENT_PRIVILEGE = '42501';

try {
  const administrator = askedAdministrator();
  const { kind, migrations, rights, regions, firstAdministrator } = await install(readSettings(), {
    administrator,
  });
  const { provinces, regencies, districts, villages } = regions;
  console.log(
    `Installation: ${kind}. Migrations applied: ${migrations.join(', ') || 'none, it is up to date'}.` +
      ` Rights: ${rights ? 'applied' : 'as they were'}.`,
  );
  console.log(`Regions: ${provinces}, ${regencies}, ${districts}, ${villages} (four levels).`);
  if (firstAdministrator) {
    const { email, oneTimePassword } = firstAdministrator;
    console.log(`${administrator === undefined ? 'First account' : 'Administrator'}: ${email}`);
    if (oneTimePassword) console.log(`One-time password, shown only now: ${oneTimePassword}`);
  }
} catch (error) {
  const sentence = inASentence(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exit(1);
}

function askedAdministrator(): string | undefined {
  try {
    const { values } = parseArgs({ options: { administrator: { type: 'string' } } });
    return z.email().optional().parse(values.administrator);
  } catch {
    throw new SettingsRefused(
      'Usage: npm run migrate, or npm run migrate -- --administrator ADDRESS (an e-mail address).',
    );
  }
}

function inASentence(error: unknown): string | undefined {
  if (error instanceof SettingsRefused) return error.message;
  const { code = '', message } = error as { code?: string; message: string };
  if (UNREACHABLE.includes(code)) return `Where DATABASE_URL leads, nothing answers (${code}).`;
  // Who may come in, into which database, and whether there is space.
  if (/^(28|3D|53)/.test(code)) return `PostgreSQL refuses the connection: ${message}.`;
  if (code === INSUFFICIENT_PRIVILEGE) {
    return `The owner in DATABASE_URL may not do this: ${message}. docs/operations.md says what it needs.`;
  }
  return undefined;
}
