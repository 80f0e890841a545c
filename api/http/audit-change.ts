/** The audit of changes that are not about an agreement: offices, holders, accounts, rules. */
import { appendAudit } from '../../prisma/audit/append.ts';
import type { Tx } from '../../prisma/connect.ts';
import type { Call } from './router.ts';

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
