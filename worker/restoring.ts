/** Two stores, one truth: lives are rebuilt from the states that PostgreSQL holds. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { isEnded, upgrade } from '../domain/agreement.ts';
import type { AgreementId, AgreementState, AnyAgreementState } from '../domain/agreement.ts';
import { newsOf, noteRenewal } from '../domain/renewal.ts';
import type { Database } from '../prisma/connect.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  renewalNews,
  searchAttributesOf,
  standing,
} from '../workflows/messages.ts';
import { openLives } from './replay-check.ts';

export type RestoringParts = { client: Client; database: Database; taskQueue: string };

/** How many agreements are open, and how many lives were restored, or stopped for being over. */
export type Restored = { open: number; restored: number; stopped: number };

/**
 * Restores what is missing or behind, and stops what an older copy of the engine's data still
 * believes to be running.
 */
export async function restoreLifecycles(parts: RestoringParts): Promise<Restored> {
  const ids = await openLives(parts.database);
  const result: Restored = { open: ids.length, restored: 0, stopped: 0 };
  for (const id of ids) {
    if (await restoreOne(parts, id)) result.restored += 1;
  }
  await repeatNews(parts);
  for (const id of await runningBesides(parts.client, new Set(ids))) {
    if (await stopIfOver(parts, id)) result.stopped += 1;
  }
  return result;
}

async function restoreOne(
  { client, database, taskQueue }: RestoringParts,
  id: AgreementId,
): Promise<boolean> {
  const state = await storedForNow(database, id);
  if (!state) return false;
  const running = await runningVersion(client, id);
  if (running !== null && running >= state.version) return false;

  if (running !== null) await stop(client, id);
  await keepOffset(database, state);
  await releaseUnused(database, state);
  await client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue,
    workflowId: lifecycleId(id),
    args: [state],
    typedSearchAttributes: searchAttributesOf(state),
  });
  return true;
}

// One that is not behind is about to end by itself; one without a copy has only just begun.
async function stopIfOver({ client, database }: RestoringParts, id: AgreementId): Promise<boolean> {
  const state = await storedForNow(database, id);
  if (!state || !isEnded(state)) return false;
  const running = await runningVersion(client, id);
  if (running === null || running >= state.version) return false;
  await stop(client, id);
  return true;
}

async function stop(client: Client, id: AgreementId): Promise<void> {
  await client.workflow.getHandle(lifecycleId(id)).terminate('older than the state in PostgreSQL');
}

async function runningBesides(
  client: Client,
  open: ReadonlySet<AgreementId>,
): Promise<AgreementId[]> {
  const query = `WorkflowType = '${AGREEMENT_LIFECYCLE}' and ExecutionStatus = 'Running'`;
  const ids: AgreementId[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    const id = workflowId.replace(lifecycleId(''), '');
    if (!open.has(id)) ids.push(id);
  }
  return ids;
}

// A new execution has not skipped any time yet, so the whole of the business clock's lead is in
// its offset.
async function storedForNow(
  database: Database,
  id: AgreementId,
): Promise<AgreementState | undefined> {
  const { clockOffset } = await database.installation();
  const row = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.agreement.findUnique({ where: { id } }),
  );
  return row ? { ...upgrade(row.state as unknown as AnyAgreementState), clockOffset } : undefined;
}

// Claims that were granted to a command which the engine then forgot.
async function releaseUnused(database: Database, { id, parties }: AgreementState): Promise<void> {
  const used = parties.flatMap(({ number }) => number?.claimId ?? []);
  const signed = parties.filter(({ signature }) => signature !== null).map((party) => party.id);
  await database.withActor({ kind: 'engine' }, async (tx) => {
    await tx.numberClaim.deleteMany({ where: { agreementId: id, commandId: { notIn: used } } });
    await tx.signatureClaim.deleteMany({ where: { agreementId: id, partyId: { notIn: signed } } });
  });
}

// A renewal's news may have been under way when the engine lost its data.
async function repeatNews({ client, database }: RestoringParts): Promise<void> {
  const pairs = await database.withActor(
    { kind: 'engine' },
    (tx) => tx.$queryRaw<{ renewal: AgreementState; predecessor: AgreementState }[]>`
      select renewal.state as renewal, predecessor.state as predecessor
      from agreement renewal join agreement predecessor on predecessor.id = renewal.renewal_of
      where predecessor.stage <> 'ended' order by renewal.recorded_at`,
  );
  for (const { renewal, predecessor } of pairs) {
    const news = newsOf(renewal);
    if (noteRenewal(predecessor, news).happened.length === 0) continue;
    await client.workflow.getHandle(lifecycleId(predecessor.id)).signal(renewalNews, news);
  }
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
