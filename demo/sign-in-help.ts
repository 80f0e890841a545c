/** How a person opens the installation in which a story was played. */
import type { Settings } from '../config/settings.ts';
import type { Day } from '../domain/shared/day.ts';
import { formatWeekday } from '../texts/format.ts';
import { translator } from '../texts/translator.ts';
import { ACCOUNTS, FIRST_ACCOUNT, PASSWORD } from './cast.ts';
import { originOf } from './training-folder.ts';

const nameOfCode = translator('codes');

/** The command, the address, and the accounts; `today` is where the business clock stands. */
export function signInHelp(settings: Settings, today: Day): string[] {
  const all = [{ role: 'administrator', name: '', email: FIRST_ACCOUNT }, ...ACCOUNTS];
  const accounts = all.map(({ role, name, email }) => [email, nameOfCode(`role.${role}`), name]);
  return [
    '',
    `Lihatlah sendiri kisah ini di halaman Mapalus; hari bisnisnya ${formatWeekday(today)}`,
    `  1. Jalankan  ${setting('MAPALUS_HOME')}${setting('PORT')}npm run start:training`,
    `  2. Buka      ${originOf(settings)}`,
    `  3. Masuk     dengan salah satu akun ini; kata sandi semuanya ${PASSWORD}`,
    ...accounts.map((columns) => `       ${inColumns(columns)}`),
  ];
}

// What this run was told must be told to the next command too.
function setting(name: 'MAPALUS_HOME' | 'PORT'): string {
  const value = process.env[name];
  return value ? `${name}=${value} ` : '';
}

function inColumns([email = '', role = '', name = '']: string[]): string {
  return `${email.padEnd(28)}${role.padEnd(22)}${name}`.trimEnd();
}
