/** Two stores, one truth: lives are rebuilt from the states that PostgreSQL holds. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { upgrade } from '../domain/agreement.ts';
import type { AgreementId, AgreementState, AnyAgreementState } from '../domain/agreement.ts';
import type { Database } from '../prisma/connect.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
  standing,
} from '../workflows/messages.ts';
import { openLives } from './replay-check.ts';

export type RestoringParts = { client: Client; database: Database; taskQueue: string };

/** Restores what is missing or behind; answers how many are open and how many were restored. */
export async function restoreLifecycles(
  parts: RestoringParts,
): Promise<{ open: number; restored: number }> {
  const ids = await openLives(parts.database);
  let restored = 0;
  for (const id of ids) {
    if (await restoreOne(parts, id)) restored += 1;
  }
  return { open: ids.length, restored };
}

async function restoreOne(
  { client, database, taskQueue }: RestoringParts,
  id: AgreementId,
): Promise<boolean> {
  const state = await storedForNow(database, id);
  const running = await runningVersion(client, id);
  if (running !== null && running >= state.version) return false;

  const handle = client.workflow.getHandle(lifecycleId(id));
  if (running !== null) await handle.terminate('older than the state in PostgreSQL');
  await keepOffset(database, state);
  await client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue,
    workflowId: lifecycleId(id),
    args: [state],
    typedSearchAttributes: searchAttributesOf(state),
  });
  return true;
}

// A new execution has not skipped any time yet, so the whole of the business clock's lead is in
// its offset.
async function storedForNow(database: Database, id: AgreementId): Promise<AgreementState> {
  const { clockOffset } = await database.installation();
  const row = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.agreement.findUniqueOrThrow({ where: { id } }),
  );
  return { ...upgrade(row.state as unknown as AnyAgreementState), clockOffset };
}

async function keepOffset(database: Database, { id, clockOffset }: AgreementState): Promise<void> {
  await database.withActor(
    { kind: 'engine' },
    (tx) => tx.$executeRaw`
    update agreement set state = jsonb_set(state, '{clockOffset}', to_jsonb(${clockOffset}::float8))
    where id = ${id}::uuid`,
  );
}

async function runningVersion(client: Client, id: AgreementId): Promise<number | null> {
  try {
    const handle = client.workflow.getHandle(lifecycleId(id));
    const { status } = await handle.describe();
    return status.name === 'RUNNING' ? await handle.query(standing) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
