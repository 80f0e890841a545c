/** The audit of changes that are not about an agreement: offices, holders, accounts, rules. */
import { appendAudit } from '../../prisma/audit.ts';
import type { Tx } from '../../prisma/connect.ts';
import type { Call } from '../router.ts';

/** Notes what a caller changed in the chain of its office. Comes last in the transaction. */
export async function noteChange(
  tx: Tx,
  { principal, requestId }: Pick<Call, 'principal' | 'requestId'>,
  officeId: string,
  key: string,
  happening: { kind: string } & Record<string, unknown>,
): Promise<void> {
  await appendAudit(tx, {
    subject: `office/${officeId}`,
    key,
    event: {
      happened: [happening],
      by: { userId: principal.userId },
      businessDay: principal.today,
      requestId,
    },
  });
}
