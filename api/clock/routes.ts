/** The business clock: the real one to look at, the training one to move. */
import type { z } from 'zod';
import type { ClockMove } from '../../workflows/clock/messages.ts';
import { dayAt } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { toDay } from '../../prisma/day-column.ts';
import { advanceClock, getClock } from './contract.ts';
import type { Clock } from './contract.ts';
import { awaitRecording } from '../events/announcements.ts';
import type { ApiParts } from '../parts.ts';
import { INSTALLATION_ZONE } from '../http/principal.ts';
import type { Principal } from '../http/principal.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

/** How long (ms) a caller waits for a worker to take the move up. */
const PATIENCE = 10_000;

export function clockRoutes({ announcements, database, workflows }: ApiParts): Implementation[] {
  return [
    implement(getClock, async ({ principal }) => ({ body: await clock(principal) })),

    implement(advanceClock, async ({ body: { to }, principal, requestId }) => {
      const { today, userId } = principal;
      if (to <= today) throw new Refused('ClockRunsForwardOnly', { today });
      await begin(principal, { from: today, to, userId, requestId });
      // Whoever asks after this answer must not find a clock that seems to stand still because
      // nobody has taken the move up yet.
      const underWay = () =>
        clock(principal).then((now) => (isUnderWay(now, to) ? now : undefined));
      const signal = AbortSignal.timeout(PATIENCE);
      const body = await awaitRecording(announcements, null, underWay, { signal });
      if (!body) throw new Refused('Unavailable');
      return { body };
    }),
  ];

  async function begin(principal: Principal, move: ClockMove): Promise<void> {
    try {
      await workflows.advanceClock(move);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'ClockBusy') throw error;
      // The other move is beginning or at work, and then it is seen; or it is over for everybody
      // who looks and about to be so for the engine, and then this one may follow.
      const advancing = () => clock(principal).then((now) => now.advancing ?? undefined);
      const signal = AbortSignal.timeout(PATIENCE);
      const seen = awaitRecording(announcements, null, advancing, { signal });
      const over = workflows.clockMoved().catch(() => undefined);
      if ((await Promise.race([seen, over])) !== undefined) throw error;
      await workflows.advanceClock(move);
    }
  }

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

// Under way, or so short that it is over already.
function isUnderWay({ advancing, today }: z.input<typeof Clock>, to: Day): boolean {
  return advancing !== null || today >= to;
}
