/** Folders that belong to one installation, or to one run of a test. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mayReach, serverUser } from './server-user.ts';
import { StartUpError } from './start-up-error.ts';

/** Below this much free space nothing is started; PostgreSQL would stop in the middle of work. */
const FREE_BYTES = 200 * 1024 * 1024;

/**
 * Makes the folder, and what is missing above it, readable by its owner alone. One that was there
 * keeps the rights that it has.
 */
export function makePrivate(folder: string): void {
  if (existsSync(folder)) return;
  // One by one: `recursive` says of a disk that is read-only that something is not there.
  makePrivate(path.dirname(folder));
  try {
    mkdirSync(folder);
    close(folder);
  } catch (error) {
    // Another start of the same moment was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Lets nobody but the owner read in this folder. Root's can still be walked through by those who
 * know where to: PostgreSQL's own user has its cluster below.
 */
export function close(folder: string): void {
  chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
}

/** Refuses a disk that is full. */
export function requireSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FREE_BYTES) {
    throw new StartUpError(
      `The disk of ${folder} has less than 200 MB left.`,
      'Free some space, or set MAPALUS_HOME to a folder on another disk, and start again.',
    );
  }
}

/**
 * Makes an empty folder for the length of some work, in which a cluster can be started. It lies where it
 * is wanted, unless PostgreSQL's own user may not go there.
 */
export function scratchFolder(name: string, wanted = tmpdir()): string {
  const user = serverUser();
  const open = (folder: string) => user === undefined || mayReach(user, folder);
  const parent = open(wanted) ? wanted : '/var/tmp';
  const folder = mkdtempSync(path.join(parent, `mapalus-${name}-`));
  close(folder);
  return folder;
}
