/**
 * What the stores say when all is calm again, read as plain data: PostgreSQL by its owner, the
 * mailbox by its files. The checks read nothing but this.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EntityKind } from '../activities/entity.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import { ENTITIES } from '../worker/entities.ts';
import type { AgreementState } from '../domain/agreement/agreement.ts';
import type { AgreementEvent } from '../domain/agreement/transition.ts';
import type { ReminderPolicy } from '../domain/calendar/reminder-policy.ts';
import { verifyAudit } from '../prisma/audit/verify.ts';
import { connect } from '../prisma/connect.ts';
import type { WorkflowStanding } from './engine-facts.ts';
import type { Entry, Oddity } from './ledger.ts';
import { askDatabase } from './stage.ts';
import type { Stage } from './stage.ts';

/** A key that was taken, with the command it stands for. */
export type RequestRow = {
  principal: string;
  key: string;
  commandId: string;
  status: number | null;
  /** The answer that is kept for whoever asks again. */
  answer: string | null;
};

export type AuditRow = {
  subject: string;
  seq: number;
  key: string;
  event: { events: AgreementEvent[]; version?: number; by: object | null; businessDay: string };
};

export type AgreementRow = { id: string; version: number; state: AgreementState };

export type NumberRow = {
  commandId: string;
  agreementId: string;
  partyId: string;
  kind: string;
  year: number;
  numberKey: string;
};

export type SignatureRow = { commandId: string; agreementId: string; partyId: string };
export type RenewalRow = { predecessorId: string; successorId: string };
/** A copy of an entity, and the table in which it stands. */
export type CopyRow = {
  table: string;
  id: string;
  version: number;
  state: EntityState;
  isEnded: boolean;
};

export type MilestoneRow = { id: string; key: string; dueAt: number };

export type MailRow = {
  id: string;
  agreementId: string | null;
  causeKey: string;
  template: string;
  toAddress: string | null;
  messageId: string;
  state: string;
  attempts: number;
  possiblyDoubled: boolean;
  notBefore: number;
  sentBusinessAt: number | null;
  businessDay: string;
};

/** Everything the checks compare. */
export type Facts = {
  ledger: readonly Entry[];
  oddities: readonly Oddity[];
  /** The business clock's instant when the rows were read. */
  businessNow: number;
  clockMoving: boolean;
  /** The reminder rules in force. */
  rules: ReminderPolicy;
  requests: RequestRow[];
  audit: AuditRow[];
  /** The first link of the audit that does not hold. */
  brokenLink: string | null;
  /** The copies of every kind of entity. */
  copies: CopyRow[];
  agreements: AgreementRow[];
  numbers: NumberRow[];
  signatures: SignatureRow[];
  renewals: RenewalRow[];
  milestones: MilestoneRow[];
  outbox: MailRow[];
  /** How often each Message-ID was received. */
  received: ReadonlyMap<string, number>;
  /** Sessions of PostgreSQL that wait for a lock or stand in an open transaction. */
  heldUp: string[];
  workflows: readonly WorkflowStanding[];
  /** Runs that do not replay, and why. */
  unreplayable: readonly { run: string; reason: string }[];
  /** How many runs were replayed. */
  replayed: number;
};

/** What is read from PostgreSQL and the mailbox. */
export type StoredFacts = Omit<
  Facts,
  'ledger' | 'oddities' | 'workflows' | 'unreplayable' | 'replayed'
>;

/** Reads PostgreSQL and the mailbox. */
export async function readStores({
  ownerUrl,
  superuserUrl,
  workerUrl,
  mailFolder,
}: Stage): Promise<StoredFacts> {
  const ask = <Row extends object>(sql: string) =>
    askDatabase<Row & Record<string, unknown>>(ownerUrl, sql);
  const [installation] = await ask<{ offset: string; moving: boolean }>(
    'select clock_offset as offset, advance_to is not null as moving from installation',
  );
  const [rules] = await ask<ReminderPolicy>(
    `select version, days_before as "daysBefore", mail_hour as "mailHour" from reminder_policy
     order by version desc limit 1`,
  );
  if (!rules) throw new Error('no reminder rules are in force');
  return {
    businessNow: Date.now() + Number(installation?.offset ?? 0),
    clockMoving: installation?.moving ?? false,
    rules,
    requests: await ask<RequestRow>(
      `select principal, key, command_id as "commandId", status,
         response::jsonb ->> 'rendered' as answer from idempotency`,
    ),
    audit: await ask<AuditRow>(
      'select subject, seq, key, event from audit_event order by subject, seq',
    ),
    brokenLink: await brokenLink(workerUrl),
    copies: (await Promise.all(ENTITIES.map((kind) => copiesOf(kind, ask)))).flat(),
    agreements: await ask<AgreementRow>('select id, version, state from agreement'),
    numbers: await ask<NumberRow>(
      `select command_id as "commandId", agreement_id as "agreementId", party_id as "partyId", kind,
         year, number_key as "numberKey" from number_reservation`,
    ),
    signatures: await ask<SignatureRow>(
      `select command_id as "commandId", agreement_id as "agreementId", party_id as "partyId"
       from signature_reservation`,
    ),
    renewals: await ask<RenewalRow>(
      'select predecessor_id as "predecessorId", successor_id as "successorId" from renewal_reservation',
    ),
    milestones: await ask<MilestoneRow>(
      `select entity_id as id, key,
         (extract(epoch from due_at) * 1000)::float8 as "dueAt" from planned_milestone`,
    ),
    outbox: await ask<MailRow>(
      `select id, agreement_id as "agreementId", cause_key as "causeKey", template,
         to_address as "toAddress", message_id as "messageId", state, attempts,
         possibly_doubled as "possiblyDoubled", business_day::text as "businessDay",
         (extract(epoch from not_before) * 1000)::float8 as "notBefore",
         (extract(epoch from sent_business_at) * 1000)::float8 as "sentBusinessAt" from outbox`,
    ),
    received: receivedIn(mailFolder),
    heldUp: (
      await askDatabase<{ what: string }>(
        superuserUrl,
        `select usename || ' ' || state || coalesce(' ' || wait_event_type, '') as what
         from pg_stat_activity where usename like 'mapalus%' and pid <> pg_backend_pid()
           and (wait_event_type = 'Lock' or state like 'idle in transaction%')
           and now() - xact_start > interval '1 second'`,
      )
    ).map(({ what }) => what),
  };
}

async function copiesOf(
  kind: EntityKind,
  ask: (sql: string) => Promise<Pick<CopyRow, 'id' | 'version' | 'state'>[]>,
): Promise<CopyRow[]> {
  const { table } = kind;
  const rows = await ask(`select id, version, state from "${table}"`);
  return rows.map((row) => ({ ...row, table, isEnded: kind.isEnded(row.state) }));
}

async function brokenLink(workerUrl: string): Promise<string | null> {
  const database = connect(workerUrl);
  try {
    return (await verifyAudit(database)).broken;
  } finally {
    await database.close();
  }
}

// A mail that comes twice leaves two files.
function receivedIn(folder: string): Map<string, number> {
  const received = new Map<string, number>();
  if (!existsSync(folder)) return received;
  for (const file of readdirSync(folder).filter((name) => /^[^.].*\.eml$/.test(name))) {
    const mail = readFileSync(path.join(folder, file), 'utf8');
    const messageId = /^message-id:\s*(<[^>]+>)/im.exec(mail)?.[1] ?? file;
    received.set(messageId, (received.get(messageId) ?? 0) + 1);
  }
  return received;
}
