/** Restoring as `npm run lifecycles:restore` does it, on an engine of a test's own. */
import { ENTITIES } from '../../worker/entities.ts';
import { restoreLifecycles } from '../../worker/restore.ts';
import type { Restored } from '../../worker/restore.ts';
import type { Engine } from './engine.ts';

/** Restores everything, and answers what became of it, without what happened to nobody. */
export async function restore(
  { client, database, taskQueue, ground: { bundlePath } }: Engine,
  only: { endUnknown?: boolean } = {},
): Promise<Partial<Restored>> {
  const parts = {
    client,
    database,
    taskQueue,
    bundlePath,
    release: 'test',
    kinds: ENTITIES,
    ...only,
  };
  const restored = await restoreLifecycles(parts);
  return Object.fromEntries(
    Object.entries(restored).filter(([, what]) => !Array.isArray(what) || what.length > 0),
  );
}
