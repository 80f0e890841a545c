/**
 * Whether the workflows under way can go on with this code: their histories are replayed. All of
 * them before a deployment; one of each stage and release when a worker starts.
 */
import type { Client } from '@temporalio/client';
import { reduced } from '../config/reduced-error.ts';
import type { AgreementId } from '../domain/shared/ids.ts';
import type { Database } from '../prisma/connect.ts';
import { readWorkflow } from './workflow-facts.ts';
import { replayerOf } from './replayer.ts';

/** A workflow that this code cannot continue, or whose history cannot be read. */
export type ReplayFailure = { agreementId: AgreementId; reason: string; unreadable: boolean };

export type ReplayParts = { client: Client; bundlePath: string };

/** An open agreement, and the release that recorded it last. */
export type SampledWorkflow = { id: AgreementId; release: string };

/** Every open agreement. */
export function openWorkflows(database: Database): Promise<AgreementId[]> {
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
export function sampleWorkflows(database: Database): Promise<SampledWorkflow[]> {
  return database.withActor(
    { kind: 'engine' },
    (tx) => tx.$queryRaw<SampledWorkflow[]>`
      select distinct on (stage, release) id, release from agreement where stage <> 'ended'
      order by stage, release, recorded_at desc`,
  );
}

/**
 * Replays these workflows and answers those that break; tells how many are done. What the engine
 * has lost cannot break; restoring gives it back.
 */
export async function replayWorkflows(
  { client, bundlePath }: ReplayParts,
  ids: readonly AgreementId[],
  onDone: (done: number) => void = () => undefined,
): Promise<ReplayFailure[]> {
  const broken: ReplayFailure[] = [];
  const replayer = replayerOf(bundlePath);
  for (const [at, agreementId] of ids.entries()) {
    try {
      const workflow = await readWorkflow(client, agreementId);
      const reason = workflow && (await replayer.replay(workflow)).broken;
      if (reason !== null) broken.push({ agreementId, reason, unreadable: false });
    } catch (error) {
      broken.push({ agreementId, reason: reduced(error), unreadable: true });
    }
    onDone(at + 1);
  }
  await replayer.close();
  return broken;
}
