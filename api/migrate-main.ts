/** `npm run migrate`: installs or updates the database that DATABASE_URL names. */
import { readSettings, SettingsRefused } from '../config/settings.ts';
import { install } from './install.ts';

try {
  const { kind, migrations, regions, firstAdministrator } = await install(readSettings());
  const { provinces, regencies, districts, villages } = regions;
  console.log(
    `Installation: ${kind}. Migrations applied: ${migrations.join(', ') || 'none, it is up to date'}.`,
  );
  console.log(`Regions: ${provinces}, ${regencies}, ${districts}, ${villages} (four levels).`);
  if (firstAdministrator) {
    const { email, oneTimePassword } = firstAdministrator;
    console.log(`First account: ${email}`);
    if (oneTimePassword) console.log(`One-time password, shown only now: ${oneTimePassword}`);
  }
} catch (error) {
  if (!(error instanceof SettingsRefused)) throw error;
  console.error(error.message);
  process.exit(1);
}
