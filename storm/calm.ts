/** After the storm: everything runs again, everybody knows what came of the last request. */
import { setTimeout as pause } from 'node:timers/promises';
import { askDatabase } from './stage.ts';
import type { Stage } from './stage.ts';
import { withEngine } from './engine-facts.ts';

/** How long (ms) a part may take to run again. */
const PART_PATIENCE = 60_000;

/** How long (ms) what was under way may take to come to rest: retries lie up to 30 s apart. */
const REST_PATIENCE = 120_000;

/** Waits until every part runs; answers what stands against those that do not. */
export async function untilRunning({ parts }: Stage): Promise<string[]> {
  const troubles: string[] = [];
  for (const part of parts.values()) {
    await part.untilRunning(PART_PATIENCE).catch((error: Error) => troubles.push(error.message));
  }
  return troubles;
}

/**
 * Waits until mail has left and no workflow is busy; gives up after the patience, because what is
 * not at rest by then is found by the checks.
 */
export async function untilAtRest(stage: Stage): Promise<void> {
  const giveUpAt = Date.now() + REST_PATIENCE;
  while (Date.now() < giveUpAt) {
    const busy = await Promise.all([mailUnderWay(stage), workUnderWay(stage)]).catch(() => [1]);
    if (busy.every((count) => count === 0)) return;
    await pause(500);
  }
}

async function mailUnderWay({ ownerUrl }: Stage): Promise<number> {
  const [row] = await askDatabase<{ count: number }>(
    ownerUrl,
    `select count(*)::int from outbox, installation where state in ('sending', 'unknown')
       or (state = 'queued'
         and not_before <= now() + installation.clock_offset * interval '1 millisecond')`,
  );
  return row?.count ?? 0;
}

function workUnderWay({ temporalAddress }: Stage): Promise<number> {
  return withEngine(temporalAddress, async (client) => {
    let busy = 0;
    for await (const { workflowId, runId } of client.workflow.list({
      query: "ExecutionStatus = 'Running'",
    })) {
      if (workflowId.startsWith('temporal-sys')) continue;
      const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
      if (raw.pendingActivities?.length || raw.pendingWorkflowTask) busy += 1;
    }
    return busy;
  });
}
