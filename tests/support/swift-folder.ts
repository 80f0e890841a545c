/**
 * Where the servers of tests keep their files. They are many and nobody needs them tomorrow: in memory
 * where the machine has enough of it, which a disk would have to be waited for.
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
