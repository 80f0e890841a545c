/**
 * `npm run bench -- country`: how long the whole country takes to be there. With `--open` it stays as
 * a training installation to look at, in a folder of its own, until Ctrl-C.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { install } from '../api/installation/install.ts';
import { hashPassword } from '../api/sign-in/password.ts';
import { readSettings } from '../config/settings.ts';
import { dayAt } from '../domain/shared/day.ts';
import { emptyFolder, originOf, trainingSettings } from '../demo/training-folder.ts';
import { askedToStop } from '../local/asked-to-stop.ts';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { scratchFolder } from '../local/private-folder.ts';
import { startStack } from '../local/stack.ts';
import { createDatabase } from '../tests/support/create-database.ts';
import { HEAD_OFFICE_EMAIL, ONE_REGENCY } from './country/offices.ts';
import { seedCountry } from './country/seed.ts';
import type { Seeded } from './country/seed.ts';
import { round } from './row.ts';
import type { Row } from './row.ts';

/** Everybody's password in the country. */
export const PASSWORD = 'latihan-mapalus';

/** What a seeding took. */
type Took = { seeded: Seeded; seconds: number };

/** Seeds the country into a new cluster and says how long that took. */
export async function countryRows(say: (line: string) => void): Promise<Row[]> {
  if (process.argv.includes('--open')) return openCountry(say);
  const scratch = scratchFolder('country');
  const cluster = await startPostgres(path.join(scratch, 'postgres'), await freePort());
  try {
    await createDatabase(cluster.superuserUrl('postgres'), 'mapalus');
    const { seeded, seconds } = await fill(cluster.superuserUrl('mapalus'));
    say(inWords(seeded));
    const against = `${seeded.agreements} agreements, ${seeded.offices} offices`;
    const metric = 'the country, from an empty database';
    return [{ metric, value: round(seconds), unit: 's', goal: 120, better: 'lower', against }];
  } finally {
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

// No worker runs: 51,400 lifecycles are not begun, so what is looked at stays as it is.
async function openCountry(say: (line: string) => void): Promise<Row[]> {
  process.env['MAPALUS_HOME'] ??= path.resolve('.mapalus/country');
  const asked = askedToStop();
  const settings = trainingSettings(process.env);
  await emptyFolder(settings);
  const stack = await startStack(settings, { say, asked, needsPort: settings.PORT });
  try {
    const { DATABASE_URL: ownerUrl = '', MAPALUS_SECRET: secret } = stack.env;
    const { seeded, seconds } = await fill(ownerUrl, { secret });
    say(`${inWords(seeded)} After ${round(seconds)} s.`);
    await stack.startProcess('the API', 'api');
    say(`Open ${originOf(settings)} and sign in with the password ${PASSWORD} as`);
    say(`  ${HEAD_OFFICE_EMAIL} (head office), kepala@cabang-1.bpjs.example (a branch) or`);
    say(
      `  hukum@k${ONE_REGENCY.replace('.', '')}.example (a government). Commands find no worker.`,
    );
    say('Ctrl-C stops it.');
    await Promise.race([asked, stack.broken]);
    return [];
  } finally {
    await stack.stop();
  }
}

/** Installs a training installation in this database and seeds the country. */
export async function fill(
  ownerUrl: string,
  { secret = SECRET, province }: { secret?: string | undefined; province?: string } = {},
): Promise<Took> {
  const began = performance.now();
  await install(
    readSettings({
      DATABASE_URL: ownerUrl,
      MAPALUS_SECRET: secret,
      MAPALUS_INSTALLATION: 'training',
    }),
  );
  const passwordHash = await hashPassword(PASSWORD, 64);
  const today = dayAt(Date.now(), 'Asia/Jakarta');
  const seeded = await seedCountry(ownerUrl, {
    today,
    passwordHash,
    ...(province !== undefined && { province }),
  });
  return { seeded, seconds: (performance.now() - began) / 1_000 };
}

/** The secret of installations that are measured. */
export const SECRET = 'a secret for measuring only, long enough to be taken';

function inWords({ offices, users, agreements, mails }: Seeded): string {
  return `${agreements} agreements, ${offices} offices, ${users} accounts, ${mails} mails.`;
}
