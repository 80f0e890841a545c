/**
 * Two stores, one truth. Every agreement that either store believes to be open is compared, and
 * the newer of the two goes on: what PostgreSQL knows better is begun again from its copy, what
 * the engine knows better is recorded again. Needs no worker. Every step may be repeated, so what
 * was interrupted is finished by running it again, and one that fails holds up no other.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { recordAgain, alignReservations } from '../activities/agreement/record-again.ts';
import { carryRulesRound } from '../activities/calendar/rules.ts';
import { reduced } from '../config/reduced-error.ts';
import { isEnded, upgrade } from '../domain/agreement/agreement.ts';
import type { AgreementId } from '../domain/shared/ids.ts';
import type { AgreementState, AnyAgreementState } from '../domain/agreement/agreement.ts';
import { dayAt } from '../domain/shared/day.ts';
import { renewalStatusOf, noteRenewal } from '../domain/agreement/renewal.ts';
import type { RenewalStatus } from '../domain/agreement/renewal.ts';
import { compare } from '../domain/agreement/restoring.ts';
import type { Comparison } from '../domain/agreement/restoring.ts';
import type { Database } from '../prisma/connect.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  renewalStatus,
  searchAttributesOf,
} from '../workflows/agreement/messages.ts';
import { isAtWork, readWorkflow, runningWorkflows } from './workflow-facts.ts';
import type { WorkflowFacts } from './workflow-facts.ts';
import { openWorkflows } from './replay-check.ts';
import { replayerOf } from './replayer.ts';
import type { Replayer } from './replayer.ts';
import { stopForGood } from './stop-for-good.ts';

export type RestoringParts = {
  client: Client;
  database: Database;
  taskQueue: string;
  bundlePath: string;
  release: string;
  /** Whether workflows are ended whose agreements PostgreSQL has never heard of. */
  endUnknown?: boolean;
};

/** What became of the agreements that needed anything, each by its id. */
export type Restored = {
  /** How many agreements are open in PostgreSQL or run in the engine. */
  looked: number;
  /** Lost or older in the engine: begun again from PostgreSQL. */
  begunAgain: AgreementId[];
  /** Their workflow did not replay, or waited for what is gone: begun again. */
  sick: AgreementId[];
  /** Newer in the engine: recorded again. */
  recordedAgain: AgreementId[];
  /** Ended in the engine, and PostgreSQL did not know: the end is recorded. */
  endRecorded: AgreementId[];
  /** Ended in PostgreSQL, and the engine did not know: stopped. */
  stopped: AgreementId[];
  /** Parties of these have to enter their number again. */
  numbersLost: AgreementId[];
  /** They run without a row in PostgreSQL, and go on to do so. */
  unknown: AgreementId[];
  /** They ran without a row in PostgreSQL, and were ended. */
  unknownEnded: AgreementId[];
  failed: { id: AgreementId; reason: string }[];
};

/**
 * How long (ms) a worker may take to tell the engine what it has recorded. The engine takes back what
 * it handed to a worker that has died after ten seconds.
 */
const ANSWER_OF_WORKER = 30_000;

/** Compares and restores. */
export async function restoreLifecycles(parts: RestoringParts): Promise<Restored> {
  const { client, database, taskQueue } = parts;
  const replayer = replayerOf(parts.bundlePath);
  const open = await openWorkflows(database);
  const ids = [...new Set([...open, ...(await runningWorkflows(client, taskQueue))])];
  const result: Restored = {
    looked: ids.length,
    begunAgain: [],
    sick: [],
    recordedAgain: [],
    endRecorded: [],
    stopped: [],
    numbersLost: [],
    unknown: [],
    unknownEnded: [],
    failed: [],
  };
  for (const id of ids) {
    await attempted(result, id, () => restoreOne(parts, replayer, id, result));
  }
  await freeUnknown(parts, result);
  await repeatNews(parts, result);
  // Rules may have been on their way to a workflow that is gone.
  await database.withActor({ kind: 'engine' }, carryRulesRound);
  await replayer.close();
  return result;
}

async function attempted(
  { failed }: Restored,
  id: AgreementId,
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
  id: AgreementId,
  result: Restored,
): Promise<void> {
  const { database } = parts;
  // In this order: a workflow that goes on meanwhile is never taken for one that is behind.
  const copy = await storedForNow(database, id);
  const workflow = await workflowAtRest(parts, copy, id);
  const found = await comparison(database, copy, workflow);
  if (found === 'unknown') return endUnknown(parts, id, result);
  if (found === 'over') {
    await stopForGood(parts, id);
    result.stopped.push(id);
    return;
  }
  const replayed =
    workflow && (workflow.running || found === 'ahead') ? await replayer.replay(workflow) : null;
  const broken = replayed?.broken ?? null;
  const stuck = workflow?.running && (await waitsForWhatIsGone(database, workflow));
  const canGoOn = broken === null && !stuck;
  if (copy && isEnded(copy) && workflow?.running && !canGoOn) {
    await stopForGood(parts, id);
    result.stopped.push(id);
  }
  if (!copy || isEnded(copy) || (found === 'well' && canGoOn)) return;

  const newest =
    workflow && workflow.recorded > copy.version ? newestOf(workflow, replayed?.states) : null;
  if (workflow?.running) await stopForGood(parts, id);
  // Only now: nothing of the workflow that was stopped can be recorded any more.
  const now = await storedForNow(database, id);
  if (!now) throw new Error('its row is gone');
  let agreement = now;
  if (newest && newest.version > now.version) {
    const day = dayAt(Date.now() + now.clockOffset, now.zone);
    const again = await recordAgain(
      { database, release: parts.release, mailDomain: 'localhost' },
      { ...newest, clockOffset: now.clockOffset },
      { from: now.version, day },
    );
    ({ agreement } = again);
    if (again.numbersLost.length > 0) result.numbersLost.push(id);
    (isEnded(agreement) ? result.endRecorded : result.recordedAgain).push(id);
  } else if (broken !== null || stuck) {
    result.sick.push(id);
  } else {
    result.begunAgain.push(id);
  }
  if (!isEnded(agreement)) await begin(parts, agreement);
}

// A workflow is behind what its worker has just recorded until the worker has told the engine.
async function workflowAtRest(
  { client }: RestoringParts,
  copy: AgreementState | undefined,
  id: AgreementId,
): Promise<WorkflowFacts | null> {
  const giveUpAt = Date.now() + ANSWER_OF_WORKER;
  for (let atRest = false; ;) {
    const workflow = await readWorkflow(client, id);
    const found = compare(copy ?? null, workflow);
    const mayCatchUp = found === 'behind' || found === 'over';
    if (!mayCatchUp || atRest || Date.now() > giveUpAt) return workflow;
    // Read once more when it rests: it may have caught up between the two questions.
    atRest = !(await isAtWork(client, id));
    if (!atRest) await pause(100);
  }
}

async function comparison(
  database: Database,
  copy: AgreementState | undefined,
  workflow: WorkflowFacts | null,
): Promise<Comparison> {
  // Asked for, not recorded yet, and never to be: its title is gone.
  if (!copy && workflow?.running && !(await allNotes(database, [workflow.begun.titleNoteId]))) {
    return 'unknown';
  }
  const found = compare(copy ?? null, workflow);
  if (found !== 'ahead' || !copy || !workflow) return found;
  // Recorded between the two readings, when somebody is at work meanwhile.
  return compare((await storedForNow(database, copy.id)) ?? null, workflow);
}

async function waitsForWhatIsGone(
  database: Database,
  { awaitedNotes }: WorkflowFacts,
): Promise<boolean> {
  return !(await allNotes(database, awaitedNotes));
}

async function allNotes(database: Database, ids: string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  const count = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.note.count({ where: { id: { in: ids } } }),
  );
  return count === new Set(ids).size;
}

// The state that was recorded last: as a history tells it, or as a replay asks for it. A workflow
// that breaks on its way may show neither, and an older state is no substitute.
function newestOf(
  { begun, told, recorded }: WorkflowFacts,
  states: ReadonlyMap<number, AgreementState> = new Map(),
): AgreementState {
  const known = [begun, ...states.values(), ...told].filter(({ version }) => version === recorded);
  const newest = known.at(-1);
  if (!newest) throw new Error(`its version ${recorded} is told nowhere`);
  return newest;
}

async function begin(
  { client, database, taskQueue }: RestoringParts,
  agreement: AgreementState,
): Promise<void> {
  await keepOffset(database, agreement);
  await database.withActor({ kind: 'engine' }, (tx) => alignReservations(tx, agreement));
  try {
    await client.workflow.start(AGREEMENT_LIFECYCLE, {
      taskQueue,
      workflowId: lifecycleId(agreement.id),
      args: [agreement],
      typedSearchAttributes: searchAttributesOf(agreement),
    });
  } catch (error) {
    // Somebody else restores as well.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

// Without a row nobody can see it; what it rests on, its title and letters, is gone.
async function endUnknown(parts: RestoringParts, id: AgreementId, result: Restored): Promise<void> {
  if (!parts.endUnknown) {
    result.unknown.push(id);
    return;
  }
  await stopForGood(parts, id);
  result.unknownEnded.push(id);
}

// What is held for agreements that PostgreSQL has never heard of, and by which an agreement waits for
// a renewal that is none. Found by what is held, so that it is also freed after a kill in the middle.
async function freeUnknown(parts: RestoringParts, result: Restored): Promise<void> {
  const held = await parts.database.withActor(
    { kind: 'engine' },
    (tx) => tx.$queryRaw<{ id: AgreementId; predecessor: AgreementId | null }[]>`
      select held.id, min(held.predecessor::text) as predecessor from (
        select successor_id as id, predecessor_id as predecessor from renewal_reservation
        union all select (state #>> '{renewal,id}')::uuid, id from agreement where stage <> 'ended'
        union all select agreement_id, null from number_reservation
        union all select agreement_id, null from signature_reservation
        union all select agreement_id, null from term_reservation
      ) held
      where held.id is not null and not exists (select from agreement a where a.id = held.id)
      group by held.id`,
  );
  for (const { id, predecessor } of held) {
    if (result.unknown.includes(id)) continue;
    await attempted(result, id, async () => {
      await parts.database.withActor({ kind: 'engine' }, async (tx) => {
        await tx.numberReservation.deleteMany({ where: { agreementId: id } });
        await tx.signatureReservation.deleteMany({ where: { agreementId: id } });
        await tx.termReservation.deleteMany({ where: { agreementId: id } });
        await tx.renewalReservation.deleteMany({ where: { successorId: id } });
      });
      if (predecessor) await tell(parts, predecessor, { id, state: 'withdrawn' });
    });
  }
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

async function keepOffset(database: Database, { id, clockOffset }: AgreementState): Promise<void> {
  await database.withActor(
    { kind: 'engine' },
    (tx) => tx.$executeRaw`
    update agreement set state = jsonb_set(state, '{clockOffset}', to_jsonb(${clockOffset}::float8))
    where id = ${id}::uuid`,
  );
}

// A renewal's news may have been under way when the engine lost its data.
async function repeatNews(parts: RestoringParts, result: Restored): Promise<void> {
  const pairs = await parts.database.withActor(
    { kind: 'engine' },
    (tx) => tx.$queryRaw<{ renewal: AgreementState; predecessor: AgreementState }[]>`
      select renewal.state as renewal, predecessor.state as predecessor
      from agreement renewal join agreement predecessor on predecessor.id = renewal.renewal_of
      where predecessor.stage <> 'ended' order by renewal.recorded_at`,
  );
  for (const { renewal, predecessor } of pairs) {
    const news = renewalStatusOf(renewal);
    if (noteRenewal(predecessor, news).events.length === 0) continue;
    await attempted(result, predecessor.id, () => tell(parts, predecessor.id, news));
  }
}

async function tell(
  { client }: RestoringParts,
  id: AgreementId,
  news: RenewalStatus,
): Promise<void> {
  try {
    await client.workflow.getHandle(lifecycleId(id)).signal(renewalStatus, news);
  } catch (error) {
    // Ended, so nobody waits for the news.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
