/**
 * Ends a workflow so that what PostgreSQL holds afterwards is final: attempts of its activities
 * that had been handed out may still commit for a while.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Instant } from '../domain/shared/day.ts';
import type { Database } from '../prisma/connect.ts';

const { PENDING_ACTIVITY_STATE_STARTED: STARTED } =
  proto.temporal.api.enums.v1.PendingActivityState;

/** How long (ms) an attempt may take before it is given up (workflows/entity-activities.ts). */
const ATTEMPT = 10_000;

/** How long (ms) to wait for what may still commit before it counts as a failure. */
const PATIENCE = 60_000;

/** Terminates the workflow and waits until nothing of it can be recorded any more. */
export async function stopForGood(
  { client, database }: { client: Client; database: Database },
  workflowId: string,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  try {
    await handle.terminate('PostgreSQL and the engine disagree');
  } catch (error) {
    // Ended by itself meanwhile.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  const begun = (raw.pendingActivities ?? [])
    .filter(({ state }) => state === STARTED)
    .map(({ lastStartedTime }) => (Number(lastStartedTime?.seconds ?? 0) + 1) * 1_000);
  await untilNothingCommits(database, Math.max(0, ...begun) + ATTEMPT);
}

// Transactions that had begun when the workflow ended, and attempts that may not have begun theirs.
async function untilNothingCommits(database: Database, attemptsUntil: Instant): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE;
  const [clock] = await database.withActor(
    { kind: 'engine' },
    (tx) => tx.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`,
  );
  const stoppedAt = clock?.now ?? new Date();
  for (;;) {
    const [open] = await database.withActor(
      { kind: 'engine' },
      (tx) => tx.$queryRaw<{ any: boolean }[]>`
        select exists (select from pg_stat_activity
          where datname = current_database() and usename = current_user
            and pid <> pg_backend_pid()
            and xact_start between ${stoppedAt}::timestamptz - interval '1 minute'
              and ${stoppedAt}::timestamptz) as any`,
    );
    if (!open?.any && Date.now() >= attemptsUntil) return;
    if (Date.now() > giveUpAt) throw new Error('its activities do not come to an end');
    await pause(20);
  }
}
