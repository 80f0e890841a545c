/**
 * Two stores, one truth. Every entity that either store believes to be open is compared, and the newer
 * of the two goes on: what PostgreSQL knows better is begun again from its copy, what the engine knows
 * better is recorded again. Needs no worker. Every step may be repeated, so what was interrupted is
 * finished by running it again, and one that fails holds up no other.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { carryRulesRound } from '../activities/calendar/rules.ts';
import { workflowIdOf } from '../activities/entity.ts';
import type { EntityKind, News } from '../activities/entity.ts';
import { recordingOf } from '../activities/recording.ts';
import { reduced } from '../config/reduced-error.ts';
import { compare } from '../domain/shared/comparison.ts';
import type { Comparison } from '../domain/shared/comparison.ts';
import { dayAt } from '../domain/shared/day.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import type { Tx } from '../prisma/connect.ts';
import { keepClockOffset, noteRelease, storedState } from '../prisma/copies.ts';
import { replayerOf } from './replayer.ts';
import type { Replayer } from './replayer.ts';
import { stopForGood } from './stop-for-good.ts';
import { entitiesOf } from './survey-engine.ts';
import type { SurveyParts } from './survey-engine.ts';
import { isAtWork, readWorkflow } from './workflow-facts.ts';
import type { EntityRef, WorkflowFacts } from './workflow-facts.ts';

export type RestoringParts = SurveyParts & {
  bundlePath: string;
  release: string;
  /** Whether workflows are ended that PostgreSQL has never heard of. */
  endUnknown?: boolean;
};

/** What became of the entities that needed anything, each by its id. */
export type Restored = {
  /** How many entities are open in PostgreSQL or run in the engine. */
  looked: number;
  /** Lost or older in the engine: begun again from PostgreSQL. */
  begunAgain: string[];
  /** Their workflow did not replay, or waited for what is gone: begun again. */
  sick: string[];
  /** Newer in the engine: recorded again. */
  recordedAgain: string[];
  /** Ended in the engine, and PostgreSQL did not know: the end is recorded. */
  endRecorded: string[];
  /** Ended in PostgreSQL, and the engine did not know: stopped. */
  stopped: string[];
  /** Something of these is lost for good, such as a number, which has to be entered again. */
  partlyLost: string[];
  /** They run without a row in PostgreSQL, and go on to do so. */
  unknown: string[];
  /** They ran without a row in PostgreSQL, and were ended. */
  unknownEnded: string[];
  failed: { id: string; reason: string }[];
};

/** What may become of an entity. */
export type Outcome = Exclude<keyof Restored, 'looked' | 'failed'>;

/**
 * How long (ms) a worker may take to tell the engine what it has recorded. The engine takes back what
 * it handed to a worker that has died after ten seconds.
 */
const ANSWER_OF_WORKER = 30_000;

const engine = { kind: 'engine' } as const;

/** Compares and restores. */
export async function restoreLifecycles(parts: RestoringParts): Promise<Restored> {
  const { database, kinds } = parts;
  const replayer = replayerOf(parts.bundlePath);
  const entities = await entitiesOf(parts);
  const result: Restored = {
    looked: entities.length,
    begunAgain: [],
    sick: [],
    recordedAgain: [],
    endRecorded: [],
    stopped: [],
    partlyLost: [],
    unknown: [],
    unknownEnded: [],
    failed: [],
  };
  for (const ref of entities) {
    await attempted(result, ref.id, async () => {
      for (const outcome of await restoreOne(parts, replayer, ref)) result[outcome].push(ref.id);
    });
  }
  for (const kind of kinds) {
    const free = (tx: Tx) => kind.freeUnknown?.(tx, result.unknown) ?? Promise.resolve([]);
    await attempted(result, kind.workflowIdPrefix, async () => {
      for (const each of await database.withActor(engine, free))
        await attempted(result, each.to, () => tell(parts, kind, each));
    });
  }
  for (const failure of await repeatNews(parts)) result.failed.push(failure);
  await replayer.close();
  return result;
}

async function attempted(
  { failed }: Pick<Restored, 'failed'>,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed.push({ id, reason: reduced(error) });
  }
}

/** Compares one entity, lets the newer store win, and answers what became of it; nothing when all is well. */
export async function restoreOne(
  parts: RestoringParts,
  replayer: Pick<Replayer, 'replay'>,
  ref: EntityRef,
): Promise<Outcome[]> {
  const { kind, id } = ref;
  const workflowId = workflowIdOf(kind, id);
  // In this order: a workflow that goes on meanwhile is never taken for one that is behind.
  const copy = await storedForNow(parts, ref);
  const workflow = await workflowAtRest(parts, replayer, ref, copy);
  const found = await comparison(parts, ref, copy, workflow);
  if (found === 'unknown') return endUnknown(parts, ref);
  if (found === 'over') {
    await stopForGood(parts, workflowId);
    return ['stopped'];
  }
  const replayed =
    workflow && (workflow.running || found === 'ahead') ? await replayer.replay(workflow) : null;
  const broken = replayed?.broken ?? null;
  const stuck = workflow?.running && !(await canStillGrant(parts, kind, workflow));
  const canGoOn = broken === null && !stuck;
  if (!copy || kind.isEnded(copy)) {
    if (canGoOn || !workflow?.running) return [];
    await stopForGood(parts, workflowId);
    if (copy) return ['stopped'];
    // Asked for, and not recorded yet unless it has just been.
    await begin(
      parts,
      ref,
      (await storedForNow(parts, ref)) ?? (await forNow(parts, workflow.begun)),
    );
    return ['sick'];
  }
  if (found === 'well' && canGoOn) {
    await noteReplayed(parts, ref);
    return [];
  }

  const newest =
    workflow && workflow.recorded > copy.version ? newestOf(workflow, replayed?.states) : null;
  if (workflow?.running) await stopForGood(parts, workflowId);
  // Only now: nothing of the workflow that was stopped can be recorded any more.
  const now = await storedForNow(parts, ref);
  if (!now) throw new Error('its row is gone');
  if (!newest || newest.version <= now.version) {
    if (!kind.isEnded(now)) await begin(parts, ref, now);
    return [broken !== null || stuck ? 'sick' : 'begunAgain'];
  }
  const again = await recordAgain(parts, kind, { ...newest, clockOffset: now.clockOffset }, now);
  const isOver = kind.isEnded(again.state);
  if (!isOver) await begin(parts, ref, again.state);
  return [
    ...(again.lost.length > 0 ? (['partlyLost'] as const) : []),
    isOver ? 'endRecorded' : 'recordedAgain',
  ];
}

/** Notes that this release replays the workflow. */
export async function noteReplayed(
  { database, release }: Pick<RestoringParts, 'database' | 'release'>,
  { kind, id }: EntityRef,
): Promise<void> {
  await database.withActor(engine, (tx) => noteRelease(tx, kind.table, { id, release }));
}

/**
 * Tells once more what workflows may have lost that were begun again: news that entities have for each
 * other, and newer rules. Answers what could not be told.
 */
export async function repeatNews(
  parts: Pick<RestoringParts, 'client' | 'database' | 'kinds'>,
): Promise<Restored['failed']> {
  const { database, kinds } = parts;
  const result = { failed: [] as Restored['failed'] };
  for (const kind of kinds) {
    const read = (tx: Tx) => kind.untoldNews?.(tx) ?? Promise.resolve([]);
    await attempted(result, kind.workflowIdPrefix, async () => {
      for (const each of await database.withActor(engine, read))
        await attempted(result, each.to, () => tell(parts, kind, each));
    });
  }
  const tables = kinds.map(({ table }) => table);
  await database.withActor(engine, (tx) => carryRulesRound(tx, tables));
  return result.failed;
}

// A workflow is behind what its worker has just recorded until the worker has told the engine. One that
// does not replay is not waited for: its tasks fail again and again.
async function workflowAtRest(
  { client }: RestoringParts,
  replayer: Pick<Replayer, 'replay'>,
  ref: EntityRef,
  copy: EntityState | undefined,
): Promise<WorkflowFacts | null> {
  const giveUpAt = Date.now() + ANSWER_OF_WORKER;
  for (let atRest = false; ;) {
    const workflow = await readWorkflow(client, ref);
    const found = compared(ref.kind, copy, workflow);
    const mayCatchUp = found === 'behind' || found === 'over';
    if (!mayCatchUp || atRest || Date.now() > giveUpAt) return workflow;
    if (workflow && (await replayer.replay(workflow)).broken !== null) return workflow;
    // Read once more when it rests: it may have caught up between the two questions.
    atRest = !(await isAtWork(client, ref));
    if (!atRest) await pause(100);
  }
}

async function comparison(
  parts: RestoringParts,
  ref: EntityRef,
  copy: EntityState | undefined,
  workflow: WorkflowFacts | null,
): Promise<Comparison> {
  const { kind } = ref;
  // Asked for, not recorded yet, and never to be: what it was begun with is gone.
  if (!copy && workflow?.running && !(await canStillBegin(parts, kind, workflow))) return 'unknown';
  const found = compared(kind, copy, workflow);
  if (found !== 'ahead') return found;
  // Recorded between the two readings, when somebody is at work meanwhile.
  return compared(kind, await storedForNow(parts, ref), workflow);
}

function compared(
  kind: EntityKind,
  copy: EntityState | undefined,
  workflow: WorkflowFacts | null,
): Comparison {
  return compare(copy ? { version: copy.version, isEnded: kind.isEnded(copy) } : null, workflow);
}

function canStillBegin(
  { database }: RestoringParts,
  kind: EntityKind,
  { begun }: WorkflowFacts,
): Promise<boolean> {
  return database.withActor(engine, async (tx) => (await kind.canStillBegin?.(tx, begun)) ?? true);
}

function canStillGrant(
  { database }: RestoringParts,
  kind: EntityKind,
  { waiting }: WorkflowFacts,
): Promise<boolean> {
  if (waiting.length === 0) return Promise.resolve(true);
  return database.withActor(
    engine,
    async (tx) => (await kind.canStillGrant?.(tx, waiting)) ?? true,
  );
}

// The state that was recorded last: as a history tells it, or as a replay asks for it. A workflow
// that breaks on its way may show neither, and an older state is no substitute.
function newestOf(
  { begun, told, recorded }: WorkflowFacts,
  states: ReadonlyMap<number, EntityState> = new Map(),
): EntityState {
  const known = [begun, ...states.values(), ...told].filter(({ version }) => version === recorded);
  const newest = known.at(-1);
  if (!newest) throw new Error(`its version ${recorded} is told nowhere`);
  return newest;
}

/** Records the engine's state over an older copy, one version on; answers what is recorded. */
async function recordAgain(
  { database, release }: RestoringParts,
  kind: EntityKind,
  state: EntityState,
  copy: EntityState,
): Promise<{ state: EntityState; lost: readonly string[] }> {
  const { change, lost } = await database.withActor(engine, async (tx) => {
    await forgetGrants(tx, kind, state);
    return kind.takeBack(tx, state, copy.version);
  });
  const key = `restored/${change.state.version}`;
  const day = dayAt(Date.now() + copy.clockOffset, copy.zone);
  const { record } = recordingOf(kind, { database, release, mailDomain: 'localhost' });
  await record({ change, cause: { by: 'restoring', key, day } });
  return { state: change.state, lost };
}

async function begin(parts: RestoringParts, ref: EntityRef, state: EntityState): Promise<void> {
  const { client, database, taskQueue } = parts;
  const { kind, id } = ref;
  await database.withActor(engine, async (tx) => {
    await keepClockOffset(tx, kind.table, state);
    await forgetGrants(tx, kind, state);
  });
  try {
    await client.workflow.start(kind.workflowType, {
      taskQueue,
      workflowId: workflowIdOf(kind, id),
      args: [state],
      typedSearchAttributes: kind.searchAttributesOf?.(state) ?? [],
    });
  } catch (error) {
    // Somebody else restores as well.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  // Only now: what was killed before it began is still one of another release.
  await noteReplayed(parts, ref);
}

// A command that the engine has forgotten is asked anew when its client repeats it.
async function forgetGrants(tx: Tx, kind: EntityKind, state: EntityState): Promise<void> {
  await kind.align(tx, state);
  await tx.reservationAnswer.deleteMany({ where: { entityId: state.id } });
}

// Without a row nobody can see it; what it rests on is gone.
async function endUnknown(parts: RestoringParts, ref: EntityRef): Promise<Outcome[]> {
  if (!parts.endUnknown) return ['unknown'];
  await stopForGood(parts, workflowIdOf(ref.kind, ref.id));
  return ['unknownEnded'];
}

async function storedForNow(
  parts: RestoringParts,
  { kind, id }: EntityRef,
): Promise<EntityState | undefined> {
  const stored = await parts.database.withActor(engine, (tx) => storedState(tx, kind.table, id));
  return stored === undefined ? undefined : forNow(parts, stored as EntityState);
}

// A new execution has not skipped any time yet, so the whole of the business clock's lead is in
// its offset.
async function forNow({ database }: RestoringParts, state: EntityState): Promise<EntityState> {
  const { clockOffset } = await database.installation();
  return { ...state, clockOffset };
}

async function tell(
  { client }: Pick<RestoringParts, 'client'>,
  kind: EntityKind,
  { to, signal, payload }: News,
): Promise<void> {
  try {
    await client.workflow.getHandle(workflowIdOf(kind, to)).signal(signal, payload);
  } catch (error) {
    // Ended, so nobody waits for the news.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
