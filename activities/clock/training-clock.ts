/**
 * The movable clock of a training installation: walks from one due moment to the next, lets the
 * entities concerned run there on the real server, waits for the mail of that moment, and goes
 * on to the day that was asked for. Interrupted, it goes on from where the clock stands.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day, Instant } from '../../domain/shared/day.ts';
import { appendAudit } from '../../prisma/audit/append.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import { toColumn, toDay } from '../../prisma/day-column.ts';
import type { ClockActivities, ClockMove } from '../../workflows/clock/messages.ts';
import { openCopies } from '../../prisma/copies.ts';
import { workflowIdOf } from '../entity.ts';
import type { EntityKind } from '../entity.ts';
import { fastForward } from './fast-forward.ts';

// People come to work at nine; the mail of the day has left by then in every zone.
const MORNING = 9;

/** Entities that are moved at the same time. */
const AT_ONCE = 8;

/** How long (ms) the mail of one moment may take before the clock goes on without it. */
const MAIL_PATIENCE = 20_000;

const engine = { kind: 'engine' } as const;

type Dependencies = { database: Database; temporal: Client; kinds: readonly EntityKind[] };

export function createTrainingClock({ database, temporal, kinds }: Dependencies): ClockActivities {
  return {
    /** Moves the business clock of a training installation to the morning of a day. */
    async advanceClock(move: ClockMove): Promise<void> {
      const { cancellationSignal } = Context.current();
      const target = openingOf(move.to, 'Asia/Jakarta', MORNING);
      await requireTraining();
      const begun = await doneBefore(move);
      await noteProgress(move.to, begun, begun);

      for (let done = begun; ; done += 1) {
        cancellationSignal.throwIfAborted();
        // What is due already comes first: mail of acts just done, and a moment in the middle of
        // which this was interrupted. Later it would no longer be on its day.
        const now = await businessNow();
        await runTo(now, await entitiesToMove(now));
        await mailToLeave(now);

        const due = await dueMoments(now, target);
        await noteProgress(move.to, done, done + due.length);
        Context.current().heartbeat();
        const [moment] = due;
        if (moment === undefined) break;
        await setClock(moment);
      }
      await setClock(target);
      await runTo(target, await entitiesToMove());
      await finish(move);
    },
  };

  async function requireTraining(): Promise<void> {
    const { kind } = await database.installation();
    if (kind === 'training') return;
    const refusal = 'the clock of a real installation cannot be moved';
    throw ApplicationFailure.nonRetryable(refusal, 'ClockIsReal');
  }

  async function businessNow(): Promise<Instant> {
    return Date.now() + (await database.installation()).clockOffset;
  }

  /** The moments until the target at which something is due, milestones and mails alike. */
  function dueMoments(now: Instant, target: Instant): Promise<Instant[]> {
    return database.withActor(engine, async (tx) => {
      const rows = await tx.$queryRaw<{ at: Date }[]>`
        select distinct at from (
          select due_at as at from planned_milestone
          union all select not_before from outbox where state = 'queued'
        ) due
        where at > ${new Date(now)} and at <= ${new Date(target)} order by at`;
      return rows.map(({ at }) => at.getTime());
    });
  }

  function setClock(moment: Instant): Promise<void> {
    return database.withActor(engine, async (tx) => {
      const offset = BigInt(moment - Date.now());
      // Never back: a moment that passed while we were working is already behind us.
      await tx.$executeRaw`update installation set clock_offset = greatest(clock_offset, ${offset})`;
      await tx.$executeRaw`select announce('clock', null)`;
    });
  }

  /** Open entities of every kind; or only those that something is due for by this moment. */
  function entitiesToMove(dueBy?: Instant): Promise<Movable[]> {
    return database.withActor(engine, async (tx) => {
      const movable: Movable[] = [];
      for (const kind of kinds) {
        const copies = await openCopies(
          tx,
          kind.table,
          dueBy === undefined ? dueBy : new Date(dueBy),
        );
        for (const { id, clockOffset } of copies) {
          movable.push({ workflowId: workflowIdOf(kind, id), clockOffset });
        }
      }
      return movable;
    });
  }

  // Each entity's server time lies behind business time by the offset it was born with.
  async function runTo(moment: Instant, entities: Movable[]): Promise<void> {
    const waiting = [...entities];
    const runner = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        await fastForward(temporal, next.workflowId, moment - next.clockOffset);
        Context.current().heartbeat();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runner));
  }

  /** Waits until each mail that may leave by now has been tried at least once. */
  async function mailToLeave(moment: Instant): Promise<void> {
    const giveUpAt = Date.now() + MAIL_PATIENCE;
    while (Date.now() < giveUpAt && (await untriedMails(moment)) > 0) {
      Context.current().heartbeat();
      await pause(25);
    }
  }

  function untriedMails(moment: Instant): Promise<number> {
    return database.withActor(engine, (tx) =>
      tx.outbox.count({
        where: {
          notBefore: { lte: new Date(moment) },
          OR: [{ state: 'queued', attempts: 0 }, { state: 'sending' }],
        },
      }),
    );
  }

  // Of an attempt before this one; a move that begins finds nothing.
  function doneBefore({ to }: ClockMove): Promise<number> {
    return database.withActor(engine, async (tx) => {
      const row = await tx.installation.findUniqueOrThrow({ where: { id: 1 } });
      return row.advanceTo && toDay(row.advanceTo) === to ? row.advanceDone : 0;
    });
  }

  function noteProgress(to: Day, done: number, total: number): Promise<void> {
    return database.withActor(engine, (tx) =>
      progress(tx, { advanceTo: toColumn(to), advanceDone: done, advanceTotal: total }),
    );
  }

  function finish({ from, to, userId, requestId }: ClockMove): Promise<void> {
    return database.withActor(engine, async (tx) => {
      await progress(tx, { advanceTo: null, advanceDone: 0, advanceTotal: 0 });
      await appendAudit(tx, {
        subject: 'installation',
        // Each move leads to a later day than the one before.
        key: `clock-advanced/${to}`,
        event: {
          events: [{ kind: 'clock-advanced', to, before: { day: from }, after: { day: to } }],
          by: { userId },
          businessDay: to,
          requestId,
        },
      });
    });
  }
}

type Movable = { workflowId: string; clockOffset: number };

async function progress(
  tx: Tx,
  data: { advanceTo: Date | null; advanceDone: number; advanceTotal: number },
): Promise<void> {
  await tx.installation.updateMany({ where: { id: 1 }, data });
  await tx.$executeRaw`select announce('clock', null)`;
}
