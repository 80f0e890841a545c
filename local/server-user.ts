/**
 * The user that PostgreSQL runs as. It refuses to run as root; root therefore lends it a user of
 * its own, who may enter less than root may.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StartUpError } from './start-up-error.ts';

/** Whom PostgreSQL's programs run as, where that is not the one who started us. */
export type ServerUser = { uid: number; gid: number };

const NAME = 'postgres';

// Handing files over, reading what belongs to the other user, ending its processes, becoming it.
// By their numbers in Linux, which takes any of them from a container's root at will.
const CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
} as const;

const OTHER_WAYS =
  'Or start as an ordinary user, who needs no other (in a container: `--user 1000`), or set ' +
  'DATABASE_URL to a PostgreSQL server of your own.';

/** The user for PostgreSQL, made when root has none for it yet; undefined for ordinary users. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const missing = missingCapabilities();
  if (missing.length > 0) {
    throw new StartUpError(
      `PostgreSQL refuses to run as root, and this root may not lend it another user: it lacks ${missing.join(', ')}.`,
      `Give them to the container (\`--cap-add\`). ${OTHER_WAYS}`,
    );
  }
  return idsOf(NAME) ?? madeUser();
}

/** Whether the user may walk to this place and enter or run it. */
export function mayReach(user: ServerUser, place: string): boolean {
  const { status, error } = spawnSync('/bin/sh', ['-c', 'test -x "$0"', place], user);
  if (!error) return status === 0;
  throw new StartUpError(
    `PostgreSQL refuses to run as root, and this root may not become the user ${NAME} (${error.message}).`,
    OTHER_WAYS.replace(/^Or s/, 'S'),
  );
}

/** The first folder on the way to this place that the user may not enter. */
export function closedFolder(user: ServerUser, place: string): string {
  const above = path.dirname(place);
  return above === place || mayReach(user, above) ? place : closedFolder(user, above);
}

function madeUser(): ServerUser {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  const { error, stderr } = spawnSync('useradd', [...flags, NAME], { encoding: 'utf8' });
  const made = idsOf(NAME);
  if (made) return made;
  const why = error ? 'there is no `useradd` here' : stderr.trim();
  throw new StartUpError(
    `PostgreSQL refuses to run as root, and the user ${NAME} could not be made for it: ${why}.`,
    `Make a system user named ${NAME} by the means of this system. ${OTHER_WAYS}`,
  );
}

function idsOf(user: string): ServerUser | undefined {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function missingCapabilities(): string[] {
  const held = /^CapEff:\s*([0-9a-f]+)$/m.exec(statusOfThisProcess())?.[1];
  if (held === undefined) return [];
  const bits = BigInt(`0x${held}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((bits >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

// Systems other than Linux have no such file, and take nothing from root.
function statusOfThisProcess(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
