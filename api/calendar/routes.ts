/** Reminder rules: what is in force, and putting new ones in force. */
import type { z } from 'zod';
import type { Prisma } from '../../prisma/client/client.ts';
import { lockPublication, newestRules, reminderPolicyOf } from '../../prisma/published-rules.ts';
import { listPolicies, publishPolicy } from './contract.ts';
import type { ReminderPolicy } from './contract.ts';
import { translator } from '../../texts/translator.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import type { ApiParts } from '../parts.ts';
import { auditChange, changeOf } from '../http/audit-change.ts';
import { requireScope } from '../office/scope.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

const speak = translator('fields');

export function calendarRoutes(parts: ApiParts): Implementation[] {
  const { database } = parts;
  return [
    implement(listPolicies, async ({ principal }) => {
      const rows = await database.withActor(principal.actor, (tx) =>
        tx.reminderPolicy.findMany({ orderBy: { version: 'desc' } }),
      );
      return { body: { items: rows.map(rendered) } };
    }),

    implement(publishPolicy, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const operator = await tx.office.findFirst({ where: { kind: 'operator' } });
        if (!operator) throw new Refused('NotPermitted');
        await requireScope(tx, 'policy.write', operator.id, { otherwise: 'NotPermitted' });
        // Two who publish at once get one number after the other.
        await lockPublication(tx);
        const newest = await newestRules(tx);
        const before = await reminderPolicyOf(tx, newest);
        const version = newest.rulesVersion + 1;
        const toReplan = 0;
        const { mailHour } = call.body;
        const daysBefore = [...new Set(call.body.daysBefore)].sort((one, other) => other - one);
        await tx.reminderPolicy.createMany({
          data: [
            {
              version,
              daysBefore,
              mailHour,
              source: speak('policySource'),
              publishedBy: call.principal.userId,
              toReplan,
            },
          ],
        });
        // A worker delivers it, and open agreements are told.
        await tx.$executeRaw`
          select tell_engine('rules-published', jsonb_build_object('rulesVersion', ${version}::int))`;
        await auditChange(tx, call, operator.id, commandId, {
          kind: 'policy-published',
          version,
          ...changeOf(before, { version, daysBefore, mailHour }),
        });
        return {
          body: rendered(await tx.reminderPolicy.findUniqueOrThrow({ where: { version } })),
        };
      }),
    ),
  ];
}

function rendered(row: Prisma.ReminderPolicyGetPayload<object>): z.input<typeof ReminderPolicy> {
  const { version, daysBefore, mailHour, publishedAt, replanned, toReplan } = row;
  return {
    version,
    daysBefore,
    mailHour,
    publishedAt: publishedAt.toISOString(),
    replanned,
    toReplan,
  };
}
