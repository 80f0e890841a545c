/** The audit of changes that are not about an agreement: offices, holders, accounts, rules. */
import { isDeepStrictEqual } from 'node:util';
import { appendAudit } from '../../prisma/audit/append.ts';
import type { Tx } from '../../prisma/connect.ts';
import type { Call } from './router.ts';

/** The fields of something that was changed, by what they were and what they are. */
export type Change = { before: Fields; after: Fields };
type Fields = Record<string, unknown>;

/**
 * What a change has changed. Fields that hold personal data are named only: nothing personal enters the audit.
 */
export function changeOf(
  before: Fields,
  after: Fields,
  personal: readonly string[] = [],
): Change & { fields: string[] } {
  const fields = Object.keys(after).filter(
    (field) => !isDeepStrictEqual(before[field] ?? null, after[field] ?? null),
  );
  const told = fields.filter((field) => !personal.includes(field));
  const only = (values: Fields) =>
    Object.fromEntries(told.map((field) => [field, values[field] ?? null]));
  return { fields, before: only(before), after: only(after) };
}

/** Notes what a caller changed in the chain of its office. Comes last in the transaction. */
export async function auditChange(
  tx: Tx,
  { principal, requestId }: Pick<Call, 'principal' | 'requestId'>,
  officeId: string,
  key: string,
  event: { kind: string } & Record<string, unknown>,
): Promise<void> {
  await appendAudit(tx, {
    subject: `office/${officeId}`,
    key,
    event: {
      events: [event],
      by: { userId: principal.userId },
      businessDay: principal.today,
      requestId,
    },
  });
}
