/** Commands that were asked for, as the API notes them before it tells the engine. */
import type pg from 'pg';
import type { CommandMetadata } from '../../domain/shared/command-metadata.ts';

type Asking = {
  ask: <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>;
};

/** Notes that a person has asked for a command, as the API does before it tells the engine. */
export async function askFor(
  { ask }: Asking,
  agreementId: string,
  { commandId, recordedBy }: CommandMetadata,
): Promise<void> {
  await ask(
    `insert into idempotency (principal, key, route, body_hash, command_id, entity_id)
     values ($1, $2, 'test', '', $3, $4) on conflict do nothing`,
    [recordedBy.userId, `key-of-${commandId}`, commandId, agreementId],
  );
}
