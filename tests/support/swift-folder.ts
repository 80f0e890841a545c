/**
 * Where the servers of tests keep their files: in memory where the machine has enough of it, because
 * waiting for a disk takes most of the time in which a server starts.
 */
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { scratchFolder } from '../../local/private-folder.ts';

const IN_MEMORY = '/dev/shm';

/** What the servers of three test files need at most, in bytes. */
const ENOUGH = 4 * 1024 ** 3;

/** Makes an empty folder for a server's files, or for a whole installation's. */
export function swiftFolder(name: string): string {
  return scratchFolder(name, hasSpaceInMemory() ? IN_MEMORY : tmpdir());
}

function hasSpaceInMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH;
  } catch {
    // No such folder on this system.
    return false;
  }
}
