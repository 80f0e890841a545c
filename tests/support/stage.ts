/** A database, a worker and a client of a test file's own, on the shared servers. */
import { inject } from 'vitest';
import type { Day } from '../../domain/shared/day.ts';
import { databaseOn, engineOn } from './engine.ts';
import type { Engine, TestDatabase } from './engine.ts';
import type { TestServers } from './test-servers.ts';

export { writeNote } from './engine.ts';
export type { Engine } from './engine.ts';

/** The servers that were started for all tests. */
export function sharedServers(): TestServers {
  return {
    superuserUrl: inject('postgres').superuserUrl,
    temporalAddress: inject('temporalAddress'),
    bundlePath: inject('bundlePath'),
  };
}

/** A migrated database with the cast in it. */
export function aDatabase(): Promise<TestDatabase> {
  return databaseOn(sharedServers());
}

/** An engine whose business clock begins at this day. */
export function anEngine(begin: Day, options?: Parameters<typeof engineOn>[2]): Promise<Engine> {
  return engineOn(sharedServers(), begin, options);
}
