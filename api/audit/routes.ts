/** The audit chain as it is stored, for those who inspect it. */
import { getAuditAnchor, listAudit } from './contract.ts';
import { isSequence, readCursor, writeCursor } from '../http/cursor.ts';
import type { ApiParts } from '../parts.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

export function auditRoutes({ database }: ApiParts): Implementation[] {
  return [
    implement(listAudit, async ({ query, principal }) => {
      const { agreement, office, cursor, limit } = query;
      const [before] = cursor === undefined ? [] : readCursor(cursor, [isSequence]);
      const rows = await database.withActor(principal.actor, (tx) =>
        tx.auditEvent.findMany({
          where: {
            ...(agreement !== undefined && { agreementId: agreement }),
            ...(office !== undefined && { officeId: office }),
            ...(before !== undefined && { id: { lt: BigInt(before) } }),
          },
          orderBy: { id: 'desc' },
          take: limit + 1,
        }),
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        body: {
          items: page.map((row) => ({
            subject: row.subject,
            seq: row.seq,
            key: row.key,
            event: row.event as Record<string, unknown>,
            recordedAt: row.recordedAt.toISOString(),
            prevHash: hex(row.prevHash),
            hash: hex(row.hash),
          })),
          nextCursor: rows.length > limit && last ? writeCursor([String(last.id)]) : null,
        },
      };
    }),

    implement(getAuditAnchor, async ({ principal }) => {
      const seal = await database.withActor(principal.actor, (tx) =>
        tx.auditSeal.findFirst({ orderBy: { seq: 'desc' } }),
      );
      return {
        body: seal && {
          seq: seal.seq,
          hash: hex(seal.hash),
          sealedAt: seal.sealedAt.toISOString(),
        },
      };
    }),
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
