/** What to do about a PostgreSQL that cannot be made or started, by what it said. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOO_OLD } from './start-up-error.ts';

/** The program that failed, and the cluster it was to make or to run. */
export type Part = { program: string; cluster: string };

const OWN_SERVER = 'set DATABASE_URL to a PostgreSQL server of your own';

/** The advice that fits. */
export function remedyFor(said: string, { program, cluster }: Part): string {
  if (/No space left/i.test(said)) return 'The disk is full. Free some space and start again.';
  if (/Address already in use/i.test(said)) return 'Start again to use another port.';
  if (/postmaster\.pid" already exists/i.test(said)) return whoKeeps(cluster);
  // A program that is there and yet not found misses the system's own libraries.
  if (TOO_OLD.test(said) || (/spawn .* ENOENT/.test(said) && existsSync(program))) {
    return `${program} needs a newer system, with glibc 2.28 or later. Use one, or ${OWN_SERVER}.`;
  }
  if (/spawn .* (EACCES|ENOENT)/.test(said)) {
    return (
      `${program} may not be run. Run \`npm ci\` again; where its disk runs no programs ` +
      `(\`noexec\`), put the product on another one, or ${OWN_SERVER}.`
    );
  }
  if (/Permission denied|wrong ownership|EACCES|EPERM/i.test(said)) {
    return (
      `Look at who may enter ${cluster}: it has to belong to the user PostgreSQL runs as, who ` +
      'must be let into every folder above it.'
    );
  }
  if (/initialized by PostgreSQL version|database files are incompatible/i.test(said)) {
    return `Another version made ${cluster}. Start the release that it was made with, or ${OWN_SERVER}.`;
  }
  if (DAMAGED.test(said)) {
    return 'Restore the folder from a backup, or move it away to begin with an empty database.';
  }
  return `Mend what it says and start again, or ${OWN_SERVER}.`;
}

// What it says of files that are gone, cut off, or hold something else.
const DAMAGED =
  /checkpoint record|PANIC|corrupt|invalid (data|magic|page|contents)|checksum|No such file|syntax error in file|bogus data|does not contain a valid/i;

function whoKeeps(cluster: string): string {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = readFileSync(file, 'utf8').split('\n')[0];
  return (
    `Process ${pid} keeps the database; \`ps -p ${pid}\` says what it is. If it is PostgreSQL, ` +
    `end it by \`kill -INT ${pid}\`; if it is anything else, remove ${file}. Then start again.`
  );
}
