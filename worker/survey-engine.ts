/**
 * How PostgreSQL and the engine stand to each other, agreement by agreement, without changing
 * anything and without a worker. Costs one question to the engine for each open agreement.
 */
import type { Client } from '@temporalio/client';
import { upgrade } from '../domain/agreement/agreement.ts';
import type { AgreementId } from '../domain/shared/ids.ts';
import type { AnyAgreementState } from '../domain/agreement/agreement.ts';
import { compare } from '../domain/agreement/restoring.ts';
import type { Comparison } from '../domain/agreement/restoring.ts';
import type { Database } from '../prisma/connect.ts';
import { readWorkflow, runningWorkflows } from './workflow-facts.ts';
import { openWorkflows } from './replay-check.ts';

export type SurveyParts = { client: Client; database: Database; taskQueue: string };

/** The agreements for which the two stores disagree. */
export type Survey = { looked: number; amiss: Record<Amiss, AgreementId[]> };
export type Amiss = Exclude<Comparison, 'well'>;

/**
 * Compares every agreement that either store believes to be open, so many at the same time: one
 * beside people's work, several where everything waits for it.
 */
export async function surveyEngine(parts: SurveyParts, atOnce: number): Promise<Survey> {
  const { client, database, taskQueue } = parts;
  const open = await openWorkflows(database);
  const ids = [...new Set([...open, ...(await runningWorkflows(client, taskQueue))])];
  const amiss: Survey['amiss'] = { missing: [], behind: [], over: [], ahead: [], unknown: [] };
  const waiting = [...ids];
  const look = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      // One that is at work while it is looked at is looked at once more.
      const first = await standingOf(parts, id);
      const found = first === 'well' ? first : await standingOf(parts, id);
      if (found !== 'well') amiss[found].push(id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  return { looked: ids.length, amiss };
}

/** Whether anything has to be restored. */
export function isAmiss({ amiss }: Survey): boolean {
  return Object.values(amiss).some((ids) => ids.length > 0);
}

async function standingOf({ client, database }: SurveyParts, id: AgreementId): Promise<Comparison> {
  const row = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.agreement.findUnique({ where: { id }, select: { state: true } }),
  );
  const copy = row && upgrade(row.state as unknown as AnyAgreementState);
  return compare(copy, await readWorkflow(client, id));
}
