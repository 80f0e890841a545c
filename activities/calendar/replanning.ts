/**
 * Telling open entities of newer rules: kind by kind and page by page, at a limited rate, and from where
 * it stopped when the worker that did it died. Each page is told the rules that are the newest when it
 * is read; an entity whose copy is planned by them already is left alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { Rules } from '../../domain/shared/plan.ts';
import type { Database } from '../../prisma/connect.ts';
import { countOpen, openAfter } from '../../prisma/copies.ts';
import { newestRules } from '../../prisma/published-rules.ts';
import type { ReplanningActivities } from '../../workflows/calendar/messages.ts';
import { newRules } from '../../workflows/messages.ts';
import { workflowIdOf } from '../entity.ts';
import type { EntityKind } from '../entity.ts';

const PAGE = 50;

// Pages per second; each signal costs the server a few writes and the entity a recording.
const PAUSE_BETWEEN_PAGES = 1_000;

/** How many kinds are told to the end, after which id of the next one it goes on, and how many are told. */
type Progress = Rules & { kindsDone: number; after: string | null; done: number };

type Dependencies = { database: Database; temporal: Client; kinds: readonly EntityKind[] };

export function createReplanning({
  database,
  temporal,
  kinds,
}: Dependencies): ReplanningActivities {
  return {
    /** Signals each open entity that is planned by older rules than the newest. */
    async tellOfNewRules(): Promise<void> {
      const context = Context.current();
      let progress = context.info.heartbeatDetails as Progress | undefined;
      for (;;) {
        const { rules, kind, from, page } = await nextPage(progress);
        const behind = page.filter((each) => each.isBehind);
        await Promise.all(behind.map(({ id }) => tell(kind, id, rules)));

        const isLastPage = page.length < PAGE;
        progress = {
          ...rules,
          kindsDone: isLastPage ? from.kindsDone + 1 : from.kindsDone,
          after: isLastPage ? null : (page.at(-1)?.id ?? null),
          done: from.done + page.length,
        };
        const isOver = progress.kindsDone >= kinds.length;
        await noteProgress(progress, isOver);
        context.heartbeat(progress);
        if (isOver) return;
        await pause(PAUSE_BETWEEN_PAGES, undefined, { signal: context.cancellationSignal });
      }
    },
  };

  /** The page that follows, or the first one again when rules were published meanwhile. */
  function nextPage(progress: Progress | undefined) {
    return database.withActor({ kind: 'engine' }, async (tx) => {
      const rules = await newestRules(tx);
      const goesOn = progress?.rulesVersion === rules.rulesVersion;
      const from = goesOn ? progress : { kindsDone: 0, after: null, done: 0 };
      const kind = kinds[from.kindsDone];
      if (!kind) throw new Error('there is no kind of entity to tell');
      const { after } = from;
      const page = await openAfter(tx, kind.table, { after, most: PAGE, ...rules });
      return { rules, kind, from, page };
    });
  }

  async function tell(kind: EntityKind, id: string, rules: Rules): Promise<void> {
    try {
      await temporal.workflow.getHandle(workflowIdOf(kind, id)).signal(newRules, rules);
    } catch (error) {
      // Ended between the page and the signal; nothing is left to plan.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async function noteProgress({ rulesVersion, done }: Progress, isOver: boolean): Promise<void> {
    await database.withActor({ kind: 'engine' }, async (tx) => {
      let open = done;
      if (!isOver) {
        open = 0;
        for (const { table } of kinds) open += await countOpen(tx, table);
      }
      const toReplan = Math.max(open, done);
      await tx.$executeRaw`
        update reminder_policy set replanned = ${done}, to_replan = ${toReplan}
        where version = ${rulesVersion}`;
      // Carried no further: those that were told of newer rules need not hear of these.
      await tx.$executeRaw`
        update reminder_policy set to_replan = replanned
        where version < ${rulesVersion} and to_replan > replanned`;
      await tx.$executeRaw`select announce('policy', null)`;
    });
  }
}
