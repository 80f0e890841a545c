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
import { keepClockOffset, storedState } from '../prisma/copies.ts';
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
    await attempted(result, ref.id, () => restoreOne(parts, replayer, ref, result));
  }
  for (const kind of kinds) await repeatNews(parts, kind, result);
  // Rules may have been on their way to a workflow that is gone.
  const tables = kinds.map(({ table }) => table);
  await database.withActor(engine, (tx) => carryRulesRound(tx, tables));
  await replayer.close();
  return result;
}

async function attempted(
  { failed }: Restored,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed.push({ id, reason: reduced(error) });
  }
}

async function restoreOne(
  parts: RestoringParts,
  replayer: Replayer,
  ref: EntityRef,
  result: Restored,
): Promise<void> {
  const { kind, id } = ref;
  const workflowId = workflowIdOf(kind, id);
  // In this order: a workflow that goes on meanwhile is never taken for one that is behind.
  const copy = await storedForNow(parts, ref);
  const workflow = await workflowAtRest(parts, ref, copy);
  const found = await comparison(parts, ref, copy, workflow);
  if (found === 'unknown') return endUnknown(parts, ref, result);
  if (found === 'over') {
    await stopForGood(parts, workflowId);
    result.stopped.push(id);
    return;
  }
  const replayed =
    workflow && (workflow.running || found === 'ahead') ? await replayer.replay(workflow) : null;
  const broken = replayed?.broken ?? null;
  const stuck = workflow?.running && !(await canStillGrant(parts, kind, workflow));
  const canGoOn = broken === null && !stuck;
  if (copy && kind.isEnded(copy) && workflow?.running && !canGoOn) {
    await stopForGood(parts, workflowId);
    result.stopped.push(id);
  }
  if (!copy || kind.isEnded(copy) || (found === 'well' && canGoOn)) return;

  const newest =
    workflow && workflow.recorded > copy.version ? newestOf(workflow, replayed?.states) : null;
  if (workflow?.running) await stopForGood(parts, workflowId);
  // Only now: nothing of the workflow that was stopped can be recorded any more.
  const now = await storedForNow(parts, ref);
  if (!now) throw new Error('its row is gone');
  let state = now;
  if (newest && newest.version > now.version) {
    const again = await recordAgain(parts, kind, { ...newest, clockOffset: now.clockOffset }, now);
    ({ state } = again);
    if (again.lost.length > 0) result.partlyLost.push(id);
    (kind.isEnded(state) ? result.endRecorded : result.recordedAgain).push(id);
  } else if (broken !== null || stuck) {
    result.sick.push(id);
  } else {
    result.begunAgain.push(id);
  }
  if (!kind.isEnded(state)) await begin(parts, ref, state);
}

// A workflow is behind what its worker has just recorded until the worker has told the engine.
async function workflowAtRest(
  { client }: RestoringParts,
  ref: EntityRef,
  copy: EntityState | undefined,
): Promise<WorkflowFacts | null> {
  const giveUpAt = Date.now() + ANSWER_OF_WORKER;
  for (let atRest = false; ;) {
    const workflow = await readWorkflow(client, ref);
    const found = compared(ref.kind, copy, workflow);
    const mayCatchUp = found === 'behind' || found === 'over';
    if (!mayCatchUp || atRest || Date.now() > giveUpAt) return workflow;
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

async function begin(
  { client, database, taskQueue }: RestoringParts,
  { kind, id }: EntityRef,
  state: EntityState,
): Promise<void> {
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
}

// A command that the engine has forgotten is asked anew when its client repeats it.
async function forgetGrants(tx: Tx, kind: EntityKind, state: EntityState): Promise<void> {
  await kind.align(tx, state);
  await tx.reservationAnswer.deleteMany({ where: { entityId: state.id } });
}

// Without a row nobody can see it; what it rests on is gone.
async function endUnknown(parts: RestoringParts, ref: EntityRef, result: Restored): Promise<void> {
  if (!parts.endUnknown) {
    result.unknown.push(ref.id);
    return;
  }
  await stopForGood(parts, workflowIdOf(ref.kind, ref.id));
  result.unknownEnded.push(ref.id);
}

// A new execution has not skipped any time yet, so the whole of the business clock's lead is in
// its offset.
async function storedForNow(
  { database }: RestoringParts,
  { kind, id }: EntityRef,
): Promise<EntityState | undefined> {
  const { clockOffset } = await database.installation();
  const read = (tx: Tx) => storedState(tx, kind.table, id);
  const stored = await database.withActor(engine, read);
  return stored === undefined ? undefined : { ...kind.upgrade(stored), clockOffset };
}

// What is held for entities that PostgreSQL has never heard of is freed, and news that may have been
// under way when the engine lost its data is told again.
async function repeatNews(
  parts: RestoringParts,
  kind: EntityKind,
  result: Restored,
): Promise<void> {
  const { database } = parts;
  let news: News[] = [];
  await attempted(result, kind.workflowIdPrefix, async () => {
    const { unknown } = result;
    news = await database.withActor(
      engine,
      async (tx) => (await kind.freeUnknown?.(tx, unknown)) ?? [],
    );
  });
  for (const each of news) await attempted(result, each.to, () => tell(parts, kind, each));
}

async function tell(
  { client }: RestoringParts,
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
