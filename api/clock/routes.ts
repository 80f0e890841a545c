/** The business clock: the real one to look at, the training one to move. */
import type { z } from 'zod';
import { dayAt } from '../../domain/day.ts';
import { toDay } from '../../prisma/day-column.ts';
import { advanceClock, getClock } from '../contract/operations.ts';
import type { Clock } from '../contract/operations.ts';
import type { ApiParts } from '../parts.ts';
import { INSTALLATION_ZONE } from '../principal.ts';
import type { Principal } from '../principal.ts';
import { Refused } from '../problems.ts';
import { implement } from '../router.ts';
import type { Implementation } from '../router.ts';

export function clockRoutes({ database, lifecycles }: ApiParts): Implementation[] {
  return [
    implement(getClock, async ({ principal }) => ({ body: await clock(principal) })),

    implement(advanceClock, async ({ body: { to }, principal, requestId }) => {
      const { today, userId } = principal;
      if (to <= today) throw new Refused('ClockRunsForwardOnly', { today });
      await lifecycles.advanceClock({ to, userId, requestId });
      const now = await clock(principal);
      return { body: { ...now, advancing: now.advancing ?? { to, done: 0, total: 0 } } };
    }),
  ];

  async function clock(principal: Principal): Promise<z.input<typeof Clock>> {
    const row = await database.withActor(principal.actor, (tx) =>
      tx.installation.findUniqueOrThrow({ where: { id: 1 } }),
    );
    const now = Date.now() + Number(row.clockOffset);
    return {
      kind: principal.installation,
      today: dayAt(now, INSTALLATION_ZONE),
      now: new Date(now).toISOString(),
      advancing: row.advanceTo && {
        to: toDay(row.advanceTo),
        done: row.advanceDone,
        total: row.advanceTotal,
      },
    };
  }
}
