/**
 * Whether the lives under way can go on with this code: their histories are replayed. All of them
 * before a deployment; one of each stage and release when a worker starts.
 */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { AgreementId } from '../domain/agreement.ts';
import type { Database } from '../prisma/connect.ts';
import { lifecycleId } from '../workflows/messages.ts';

/** A life that this code cannot continue. */
export type BrokenLife = { agreementId: AgreementId; reason: string };

export type ReplayParts = { client: Client; database: Database; bundlePath: string };

/** Every open agreement. */
export function openLives(database: Database): Promise<AgreementId[]> {
  return database.withActor({ kind: 'engine' }, async (tx) => {
    const rows = await tx.agreement.findMany({
      where: { stage: { not: 'ended' } },
      orderBy: { id: 'asc' },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  });
}

/** One open agreement of each stage and release, the one that was recorded last. */
export function sampleLives(database: Database): Promise<AgreementId[]> {
  return database.withActor({ kind: 'engine' }, async (tx) => {
    const rows = await tx.$queryRaw<{ id: AgreementId }[]>`
      select distinct on (stage, release) id from agreement where stage <> 'ended'
      order by stage, release, recorded_at desc`;
    return rows.map(({ id }) => id);
  });
}

/** Replays these lives and answers those that break; tells how many are done. */
export async function replayLives(
  { client, bundlePath }: ReplayParts,
  ids: readonly AgreementId[],
  onDone: (done: number) => void = () => undefined,
): Promise<BrokenLife[]> {
  const broken: BrokenLife[] = [];
  if (ids.length === 0) return broken;
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: bundlePath } },
    histories(),
  );
  let done = 0;
  for await (const { workflowId, error } of results) {
    if (error) {
      const agreementId = workflowId.replace(lifecycleId(''), '');
      broken.push({ agreementId, reason: error.message.split('\n')[0] ?? '' });
    }
    onDone((done += 1));
  }
  return broken;

  async function* histories() {
    for (const id of ids) {
      const workflowId = lifecycleId(id);
      try {
        yield { workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() };
      } catch (error) {
        // Lost by the engine: nothing to break; `lifecycles:restore` gives it back.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    }
  }
}
