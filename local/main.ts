/**
 * `npm start`: the whole system on one machine. What the settings do not name is embedded; state
 * stays between starts; Ctrl-C stops everything in order.
 */
import { install } from '../api/installation/install.ts';
import type { Installed } from '../api/installation/install.ts';
import { databaseUrl } from '../prisma/databases.ts';
import { mailServer } from '../config/mail-server.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { wayOutInWords } from '../mail/trouble.ts';
import { connect } from '../prisma/connect.ts';
import { formatNumber } from '../texts/format.ts';
import { askedToStop } from './asked-to-stop.ts';
import { restoreLost } from './restore-lost.ts';
import { startStack } from './stack.ts';
import type { Stack } from './stack.ts';
import { inSentences, Stopped } from './start-up-error.ts';

const say = (line: string) => console.log(line);

try {
  const asked = askedToStop();
  const began = performance.now();
  const settings = readSettings();
  const stack = await startStack(settings, { say, needsPort: settings.PORT, asked });
  try {
    await Promise.race([asked, stack.broken, bringUp(settings, stack, { began, asked })]);
    await Promise.race([asked, stack.broken]);
    say('\nStopping …');
  } finally {
    await stack.stop();
  }
  const again =
    settings.MAPALUS_INSTALLATION === 'training' ? 'npm run start:training' : 'npm start';
  say(`Stopped. Everything is kept; \`${again}\` goes on from here.`);
  process.exit(0);
} catch (error) {
  console.error(inSentences(error));
  process.exit(error instanceof Stopped ? 0 : 1);
}

async function bringUp(
  settings: Settings,
  stack: Stack,
  { began, asked }: { began: number; asked: Promise<void> },
): Promise<void> {
  const named = readSettings({ ...process.env, ...stack.env });
  // Refused before anything is waited for.
  mailServer(named);
  const installed = await install(named);
  tellFirstAccount(installed);
  // Separate servers may have other workers at work; there a starting worker says what is amiss.
  const embedded = settings.DATABASE_URL === undefined && settings.TEMPORAL_ADDRESS === undefined;
  if (embedded) await restoreLost(named, { env: stack.env, say, asked });
  await Promise.all([
    stack.startProcess('the worker', 'worker'),
    stack.startProcess('the API', 'api'),
  ]);
  tell(settings, stack, installed, Math.round((performance.now() - began) / 100) / 10);
  await tellOfMail(named);
  say('  Ctrl-C stops everything in order.');
}

function tell(settings: Settings, stack: Stack, installed: Installed, seconds: number): void {
  const { regions, kind } = installed;
  const address = settings.BASE_URL ?? `http://localhost:${settings.PORT}`;
  say('');
  say(`Mapalus is ready after ${seconds} s:  ${address}`);
  if (kind === 'training') say('  A training installation: its clock can be moved.');
  say(`  State is kept in:   ${stack.home.folder}   (logs in log/)`);
  const { MAILBOX_FOLDER: mailbox } = stack.env;
  if (mailbox) say(`  Mail is kept in:    ${mailbox}`);
  say(
    `  Regions loaded:     ${formatNumber(regions.villages)} villages in ${regions.provinces} provinces`,
  );
}

async function tellOfMail(settings: Settings): Promise<void> {
  const database = connect(databaseUrl(settings, 'mapalus_app'), { connections: 1 });
  const trouble = await database.mailTrouble().finally(() => database.close());
  if (trouble) say(`  ${wayOutInWords(trouble)}`);
}

// At once: whatever goes wrong afterwards, the password has been seen.
function tellFirstAccount({ firstAdministrator }: Installed): void {
  if (!firstAdministrator) return;
  const { email, oneTimePassword } = firstAdministrator;
  say(`First account:      ${email}`);
  if (oneTimePassword)
    say(`One-time password:  ${oneTimePassword}   (shown only now; you change it at first use)`);
}
