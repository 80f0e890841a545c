/**
 * How PostgreSQL and the engine stand to each other, entity by entity, without changing
 * anything and without a worker. Costs one question to the engine for each open entity.
 */
import type { Client } from '@temporalio/client';
import type { EntityKind } from '../activities/entity.ts';
import { compare } from '../domain/shared/comparison.ts';
import type { Comparison, CopyStanding } from '../domain/shared/comparison.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import type { Database } from '../prisma/connect.ts';
import { openIds, storedState } from '../prisma/copies.ts';
import { readWorkflow, runningWorkflows } from './workflow-facts.ts';
import type { EntityRef } from './workflow-facts.ts';

export type SurveyParts = {
  client: Client;
  database: Database;
  taskQueue: string;
  kinds: readonly EntityKind[];
};

/** The ids of the entities for which the two stores disagree. */
export type Survey = { looked: number; amiss: Record<Amiss, string[]> };
export type Amiss = Exclude<Comparison, 'well'>;

/**
 * Compares every entity that either store believes to be open, so many at the same time: one
 * beside people's work, several where everything waits for it.
 */
export async function surveyEngine(parts: SurveyParts, atOnce: number): Promise<Survey> {
  const entities = await entitiesOf(parts);
  const amiss: Survey['amiss'] = { missing: [], behind: [], over: [], ahead: [], unknown: [] };
  const waiting = [...entities];
  const look = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) {
      // One that is at work while it is looked at is looked at once more.
      const first = await standingOf(parts, each);
      const found = first === 'well' ? first : await standingOf(parts, each);
      if (found !== 'well') amiss[found].push(each.id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  return { looked: entities.length, amiss };
}

/** Whether anything has to be restored. */
export function isAmiss({ amiss }: Survey): boolean {
  return Object.values(amiss).some((ids) => ids.length > 0);
}

async function standingOf({ client, database }: SurveyParts, ref: EntityRef): Promise<Comparison> {
  const { kind, id } = ref;
  const stored = await database.withActor({ kind: 'engine' }, (tx) =>
    storedState(tx, kind.table, id),
  );
  return compare(
    stored === undefined ? null : standing(kind, stored),
    await readWorkflow(client, ref),
  );
}

/** How a stored copy stands, for the comparison with the engine. */
export function standing(kind: EntityKind, stored: unknown): CopyStanding {
  const state = stored as EntityState;
  return { version: state.version, isEnded: kind.isEnded(state) };
}

/** Every entity that PostgreSQL or the engine believes to be open. */
export async function entitiesOf(parts: SurveyParts): Promise<EntityRef[]> {
  const { client, database, taskQueue, kinds } = parts;
  const entities: EntityRef[] = [];
  for (const kind of kinds) {
    const open = await database.withActor({ kind: 'engine' }, (tx) => openIds(tx, kind.table));
    const running = await runningWorkflows(client, kind, taskQueue);
    for (const id of new Set([...open, ...running])) entities.push({ kind, id });
  }
  return entities;
}
