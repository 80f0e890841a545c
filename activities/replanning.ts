/**
 * Telling open agreements of newer rules: page by page, at a limited rate, and from where it
 * stopped when the worker that did it died.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { AgreementId } from '../domain/agreement.ts';
import type { Rules } from '../domain/milestone.ts';
import type { Database } from '../prisma/connect.ts';
import { lifecycleId, planOutdated } from '../workflows/messages.ts';

const PAGE = 50;

// Pages per second; each signal costs the server a few writes and the agreement a recording.
const PAUSE_BETWEEN_PAGES = 1_000;

type Progress = { after: AgreementId | null; done: number };

export function createReplanning({ database, temporal }: { database: Database; temporal: Client }) {
  return {
    /** Signals every open agreement that newer rules are in force; answers how many were told. */
    async tellOfNewRules(rules: Rules): Promise<number> {
      const context = Context.current();
      let progress = (context.info.heartbeatDetails as Progress | undefined) ?? {
        after: null,
        done: 0,
      };
      for (;;) {
        const page = await nextPage(progress.after);
        await Promise.all(page.map((id) => tell(id, rules)));
        const done = progress.done + page.length;
        progress = { after: page.at(-1) ?? progress.after, done };
        await noteProgress(rules, progress.done, page.length < PAGE);
        context.heartbeat(progress);
        if (page.length < PAGE) return progress.done;
        await pause(PAUSE_BETWEEN_PAGES, undefined, { signal: context.cancellationSignal });
      }
    },
  };

  function nextPage(after: AgreementId | null): Promise<AgreementId[]> {
    return database.withActor({ kind: 'engine' }, async (tx) => {
      const rows = await tx.agreement.findMany({
        where: { stage: { not: 'ended' }, ...(after && { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: PAGE,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    });
  }

  async function tell(id: AgreementId, rules: Rules): Promise<void> {
    try {
      await temporal.workflow.getHandle(lifecycleId(id)).signal(planOutdated, rules);
    } catch (error) {
      // Ended between the page and the signal; nothing is left to plan.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async function noteProgress(
    { policyVersion }: Rules,
    done: number,
    last: boolean,
  ): Promise<void> {
    await database.withActor({ kind: 'engine' }, async (tx) => {
      const open = last ? done : await tx.agreement.count({ where: { stage: { not: 'ended' } } });
      await tx.reminderPolicy.update({
        where: { version: policyVersion },
        data: { replanned: done, toReplan: Math.max(open, done) },
        select: { version: true },
      });
      await tx.$executeRaw`select announce('policy', null)`;
    });
  }
}
