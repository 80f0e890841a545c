/**
 * Telling open agreements of newer rules: page by page, at a limited rate, and from where it
 * stopped when the worker that did it died. Each page is told the rules that are the newest when
 * it is read; an agreement whose copy is planned by them already is left alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { AgreementId } from '../../domain/shared/ids.ts';
import type { Database } from '../../prisma/connect.ts';
import { newRules } from '../../workflows/messages.ts';
import { newestRules } from './rules.ts';
import type { Rules } from '../../domain/shared/plan.ts';

const PAGE = 50;

// Pages per second; each signal costs the server a few writes and the agreement a recording.
const PAUSE_BETWEEN_PAGES = 1_000;

type Progress = Rules & { after: AgreementId | null; done: number };

type Dependencies = {
  database: Database;
  temporal: Client;
  workflowIdOf: (id: AgreementId) => string;
};

export function createReplanning({ database, temporal, workflowIdOf }: Dependencies) {
  return {
    /** Signals each open agreement that is planned by older rules than the newest. */
    async tellOfNewRules(): Promise<void> {
      const context = Context.current();
      let progress = context.info.heartbeatDetails as Progress | undefined;
      for (;;) {
        const { rules, after, page } = await nextPage(progress);
        const behind = page.filter((each) => each.isBehind);
        await Promise.all(behind.map(({ id }) => tell(id, rules)));

        const before = after === null ? 0 : (progress?.done ?? 0);
        progress = { ...rules, after: page.at(-1)?.id ?? after, done: before + page.length };
        await noteProgress(progress, page.length < PAGE);
        context.heartbeat(progress);
        if (page.length < PAGE) return;
        await pause(PAUSE_BETWEEN_PAGES, undefined, { signal: context.cancellationSignal });
      }
    },
  };

  /** The page that follows, or the first one again when rules were published meanwhile. */
  function nextPage(progress: Progress | undefined) {
    return database.withActor({ kind: 'engine' }, async (tx) => {
      const rules = await newestRules(tx);
      const { policyVersion, calendarVersion } = rules;
      const goesOn =
        progress?.policyVersion === policyVersion && progress.calendarVersion === calendarVersion;
      const after = goesOn ? progress.after : null;
      const page = await tx.$queryRaw<{ id: AgreementId; isBehind: boolean }[]>`
        select id, (state ->> 'policyVersion')::int < ${policyVersion}
          or (state ->> 'calendarVersion')::int < ${calendarVersion} as "isBehind"
        from agreement
        where stage <> 'ended' and (${after}::uuid is null or id > ${after}::uuid)
        order by id limit ${PAGE}`;
      return { rules, after, page };
    });
  }

  async function tell(id: AgreementId, rules: Rules): Promise<void> {
    try {
      await temporal.workflow.getHandle(workflowIdOf(id)).signal(newRules, rules);
    } catch (error) {
      // Ended between the page and the signal; nothing is left to plan.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async function noteProgress({ policyVersion, done }: Progress, last: boolean): Promise<void> {
    await database.withActor({ kind: 'engine' }, async (tx) => {
      const open = last ? done : await tx.agreement.count({ where: { stage: { not: 'ended' } } });
      const toReplan = Math.max(open, done);
      await tx.$executeRaw`
        update reminder_policy set replanned = ${done}, to_replan = ${toReplan}
        where version = ${policyVersion}`;
      // Carried no further: those that were told of newer rules need not hear of these.
      await tx.$executeRaw`
        update reminder_policy set to_replan = replanned
        where version < ${policyVersion} and to_replan > replanned`;
      await tx.$executeRaw`select announce('policy', null)`;
    });
  }
}
