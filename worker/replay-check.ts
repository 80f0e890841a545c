/**
 * Whether the workflows under way can go on with this code: before a deployment the histories of all of
 * them are replayed.
 */
import type { Client } from '@temporalio/client';
import type { EntityKind } from '../activities/entity.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Database } from '../prisma/connect.ts';
import { openIds } from '../prisma/copies.ts';
import { readWorkflow } from './workflow-facts.ts';
import type { EntityRef } from './workflow-facts.ts';
import { replayerOf } from './replayer.ts';

/** A workflow that this code cannot continue, or whose history cannot be read. */
export type ReplayFailure = { ref: EntityRef; reason: string; unreadable: boolean };

export type ReplayParts = { client: Client; bundlePath: string };

/** Every open entity of these kinds. */
export async function openEntities(
  database: Database,
  kinds: readonly EntityKind[],
): Promise<EntityRef[]> {
  const entities: EntityRef[] = [];
  for (const kind of kinds) {
    const ids = await database.withActor({ kind: 'engine' }, (tx) => openIds(tx, kind.table));
    entities.push(...ids.map((id) => ({ kind, id })));
  }
  return entities;
}

/**
 * Replays these workflows and answers those that break; tells how many are done. What the engine
 * has lost cannot break; restoring gives it back.
 */
export async function replayWorkflows(
  { client, bundlePath }: ReplayParts,
  entities: readonly EntityRef[],
  onDone: (done: number) => void = () => undefined,
): Promise<ReplayFailure[]> {
  const broken: ReplayFailure[] = [];
  const replayer = replayerOf(bundlePath);
  for (const [at, ref] of entities.entries()) {
    try {
      const workflow = await readWorkflow(client, ref);
      const reason = workflow && (await replayer.replay(workflow)).broken;
      if (reason !== null) broken.push({ ref, reason, unreadable: false });
    } catch (error) {
      broken.push({ ref, reason: reduced(error), unreadable: true });
    }
    onDone(at + 1);
  }
  await replayer.close();
  return broken;
}
