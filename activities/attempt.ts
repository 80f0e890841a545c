/**
 * The transactions of activities. Temporal gives an attempt up after ten seconds and begins the
 * next one; what the first still does in PostgreSQL must be over by then.
 */
import type { Refusal } from '../domain/shared/refusal.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import type { CommandMetadata } from '../domain/shared/command-metadata.ts';

/** In milliseconds, and well below the time-out of an attempt (workflows/entity-activities.ts). */
const LONGEST_TRANSACTION = 7_000;

/** Runs the work of one attempt in one transaction, which ends before the attempt is given up. */
export function inAttempt<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.withActor({ kind: 'engine' }, work, { longest: LONGEST_TRANSACTION });
}

/**
 * Waits for other attempts of the same command, so that of two only one asks PostgreSQL and the
 * other finds what it answered. The lock is kept until the transaction ends.
 */
export async function lockCommand(tx: Tx, commandId: string): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${commandId}, 0))::text`;
}

/**
 * What PostgreSQL answers a command that reserves something, once and for all: a later attempt gets
 * the kept answer, so one that comes late neither takes nor gives anything. Needs the lock of the
 * command.
 */
export async function answerOnce(
  tx: Tx,
  ids: { commandId: string; entityId: string },
  decide: () => Promise<Refusal | null>,
): Promise<Refusal | null> {
  const { commandId } = ids;
  const answered = await tx.reservationAnswer.findUnique({ where: { commandId } });
  if (answered) return answered.refusal as Refusal | null;
  const refusal = await decide();
  await tx.reservationAnswer.create({ data: { ...ids, ...(refusal && { refusal }) } });
  return refusal;
}

/**
 * Whether this person has asked for this command and for this entity through the API, which notes
 * it before it tells the engine. Without it, everybody who reaches Temporal could act in anybody's
 * name.
 */
export async function wasAsked(
  tx: Tx,
  { commandId, recordedBy }: Pick<CommandMetadata, 'commandId' | 'recordedBy'>,
  entityId: string,
): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    select from idempotency
    where command_id = ${commandId}::uuid and principal = ${recordedBy.userId}
      and entity_id = ${entityId}::uuid limit 1`;
  return rows.length > 0;
}
