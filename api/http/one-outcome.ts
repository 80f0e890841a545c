/**
 * One outcome for one request, however often it is sent. The request's key is taken before anything is
 * done, and the id of its command stands in the same row, so that every repetition speaks of the same
 * command. An answer that was kept under the key is given again; otherwise the work is done and its
 * answer is kept as it was first rendered.
 *
 * Work is done in one of two ways. Either it is done in the transaction that takes the key: then key,
 * work and answer come about together or not at all. Or that transaction only prepares something to
 * ask of a workflow: then a success is read from what the workflow has recorded, which PostgreSQL
 * announces one or two of the engine's tasks before the engine has answered, and a refusal is the
 * engine's own answer. A refusal thrown in the key's transaction leaves the key free.
 */
import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '../../prisma/connect.ts';
import { awaitRecording } from '../events/announcements.ts';
import type { Announcements } from '../events/announcements.ts';
import { asRefused, Refused } from './problems.ts';
import type { Call, HttpAnswer } from './router.ts';

/** Something to ask of a workflow, and how its answer is read. */
export type Question = {
  /** What the workflow is about: announcements of its recordings name it. */
  subject: string;
  /** Asks. Resolves when there is nothing more to hear from the engine; throws its refusal. */
  ask: (signal: AbortSignal) => Promise<void>;
  /** The answer as the recording tells it; undefined while nothing is recorded. */
  read: (tx: Tx) => Promise<HttpAnswer | undefined>;
  /** The answer to the engine's refusal. */
  refuse: (tx: Tx, refusal: Refused) => Promise<HttpAnswer>;
};

type Parts = { database: Database; announcements: Announcements };
type KeyedCall = Pick<Call, 'principal' | 'once'>;

/**
 * How long (ms) a caller waits before its outcome is called unknown: as long as asking may take
 * (`workflow-client.ts`), and as long again for the recording.
 */
const PATIENCE = 20_000;

/**
 * Gives a request its one outcome. The work runs in the transaction that takes the key and comes to
 * an answer, or to a question for a workflow. A question names its subject in the row of the key as
 * well, because recording asks there whether the command was meant for it.
 */
export async function oneOutcome(
  parts: Parts,
  call: KeyedCall,
  work: (tx: Tx, commandId: string) => Promise<HttpAnswer | Question>,
  subjectOf: (commandId: string) => string | null = () => null,
): Promise<HttpAnswer> {
  const first = await parts.database.withActor(call.principal.actor, async (tx) => {
    const { commandId, kept } = await takeIdempotencyKey(tx, call, subjectOf);
    if (kept) return kept;
    const done = await work(tx, commandId);
    return 'ask' in done ? done : keepAnswer(tx, call, done);
  });
  return 'ask' in first ? askWorkflow(parts, call, first) : first;
}

/** Takes the key of a request, or finds it taken by the same request made before. */
async function takeIdempotencyKey(
  tx: Tx,
  { principal: { userId }, once: { key, route, bodyHash } }: KeyedCall,
  subjectOf: (commandId: string) => string | null,
): Promise<{ commandId: string; kept: HttpAnswer | null }> {
  const commandId = randomUUID();
  const taken = await tx.$executeRaw`
    insert into idempotency (principal, key, route, body_hash, command_id, entity_id)
    values (${userId}, ${key}, ${route}, ${bodyHash}, ${commandId}::uuid,
      ${subjectOf(commandId)}::uuid) on conflict do nothing`;
  if (taken) return { commandId, kept: null };

  const row = await tx.idempotency.findUniqueOrThrow({
    where: { principal_key: { principal: userId, key } },
  });
  if (row.route !== route || !bodyHash.equals(row.bodyHash)) {
    throw new Refused('IdempotencyKeyReused');
  }
  return { commandId: row.commandId, kept: readKept(row.response) };
}

async function askWorkflow(
  { database, announcements }: Parts,
  call: KeyedCall,
  { subject, ask, read, refuse }: Question,
): Promise<HttpAnswer> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE)]);
  const asked = ask(signal);
  const recorded = awaitRecording(announcements, subject, () => keep(read), {
    signal,
    firstAfter: asked,
  });
  // Of the two, only the one that comes first is listened to.
  recorded.catch(() => undefined);
  try {
    const answer = await Promise.race([recorded, failureOf(asked)]);
    if (answer) return answer;
  } catch (error) {
    const refusal = asRefused(error);
    // What is no refusal leaves the outcome open under the same key.
    if (!(refusal instanceof Refused) || refusal.code === 'Unavailable') throw error;
    return await keep((tx) => refuse(tx, refusal));
  } finally {
    over.abort();
  }
  throw new Refused('Unavailable');

  function keep<Found extends HttpAnswer | undefined>(
    find: (tx: Tx) => Promise<Found>,
  ): Promise<HttpAnswer | Found> {
    return database.withActor(call.principal.actor, async (tx) => {
      const found = await find(tx);
      return found && keepAnswer(tx, call, found);
    });
  }
}

function failureOf(asked: Promise<void>): Promise<never> {
  return new Promise((_, reject) => void asked.catch(reject));
}

/** An answer as it is kept: exactly what the first caller got. */
type KeptAnswer = Omit<HttpAnswer, 'body'> & { status: number; rendered: string };

/**
 * Keeps the answer and returns the one that counts: of two requests that ran at once, the first to
 * get here speaks for both.
 */
async function keepAnswer(tx: Tx, call: KeyedCall, answer: HttpAnswer): Promise<HttpAnswer> {
  const { userId: principal } = call.principal;
  const { key, success } = call.once;
  const { body, rendered = body === undefined ? '' : JSON.stringify(body), ...headers } = answer;
  const kept: KeptAnswer = { status: success, rendered, ...headers };
  const { count } = await tx.idempotency.updateMany({
    where: { principal, key, status: null },
    data: { status: kept.status, response: JSON.stringify(kept) },
  });
  if (count > 0) return kept;
  const { response } = await tx.idempotency.findUniqueOrThrow({
    where: { principal_key: { principal, key } },
  });
  return readKept(response) ?? kept;
}

function readKept(response: string | null): KeptAnswer | null {
  return response === null ? null : (JSON.parse(response) as KeptAnswer);
}
