/**
 * One outcome for one request, however often it is sent. The key is taken before anything is
 * done; the command's id stands in the same row, so that every repetition speaks of the same
 * command; the answer is kept as it was first rendered.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { AgreementId } from '../../domain/shared/ids.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import { Refused } from './problems.ts';
import type { HttpAnswer, Call } from './router.ts';

/** An answer as it is kept: exactly what the first caller got. */
export type KeptAnswer = { status: number; rendered: string; etag?: number; location?: string };

/** A taken key: the command it stands for, and the answer when it has been given. */
export type TakenKey = { commandId: string; given: KeptAnswer | null };

/**
 * Takes the key of a request, or finds it taken by the same request made before. The agreement
 * that the command is for stands in the row; the engine takes the command for no other.
 */
export async function takeIdempotencyKey(
  tx: Tx,
  { principal, once }: Call,
  agreementOf: (commandId: string) => AgreementId | null = () => null,
): Promise<TakenKey> {
  const { key, route, bodyHash } = once;
  const { userId } = principal;
  const commandId = randomUUID();
  const taken = await tx.$executeRaw`
    insert into idempotency (principal, key, route, body_hash, command_id, entity_id)
    values (${userId}, ${key}, ${route}, ${bodyHash}, ${commandId}::uuid,
      ${agreementOf(commandId)}::uuid) on conflict do nothing`;
  if (taken) return { commandId, given: null };

  const row = await tx.idempotency.findUniqueOrThrow({
    where: { principal_key: { principal: userId, key } },
  });
  if (row.route !== route || !bodyHash.equals(row.bodyHash)) {
    throw new Refused('IdempotencyKeyReused');
  }
  const given = row.response === null ? null : (JSON.parse(row.response) as KeptAnswer);
  return { commandId: row.commandId, given };
}

/**
 * Keeps the answer and returns the one that counts: of two requests that ran at once, the first
 * to get here speaks for both.
 */
export async function keepAnswer(tx: Tx, call: Call, answer: KeptAnswer): Promise<KeptAnswer> {
  const { userId: principal } = call.principal;
  const { key } = call.once;
  const { count } = await tx.idempotency.updateMany({
    where: { principal, key, status: null },
    data: { status: answer.status, response: JSON.stringify(answer) },
  });
  if (count > 0) return answer;
  const { response } = await tx.idempotency.findUniqueOrThrow({
    where: { principal_key: { principal, key } },
  });
  return response === null ? answer : (JSON.parse(response) as KeptAnswer);
}

/**
 * Does work in PostgreSQL alone, once: key, work and answer are one transaction. A
 * refusal undoes all three, so the request may be mended and sent again under the same key.
 */
export async function once(
  database: Database,
  call: Call,
  status: number,
  work: (tx: Tx, commandId: string) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  return database.withActor(call.principal.actor, async (tx) => {
    const { commandId, given } = await takeIdempotencyKey(tx, call);
    if (given) return given;
    const { body, ...headers } = await work(tx, commandId);
    const rendered = body === undefined ? '' : JSON.stringify(body);
    return keepAnswer(tx, call, { status, rendered, ...headers });
  });
}

/** An id that a repetition of the same command arrives at again. */
export function derivedId(commandId: string, purpose: string): string {
  const digest = createHash('sha256').update(`${commandId}/${purpose}`).digest('hex');
  // A version 8 UUID (RFC 9562): its content is the application's own.
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
