/**
 * Whether PostgreSQL and the engine agree, told while a worker runs: in the log, in its numbers and
 * in the detail of `/readyz`. Nothing waits for it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import { isAmiss, surveyEngine } from './survey-engine.ts';
import type { Amiss, SurveyParts } from './survey-engine.ts';

/** How many workflows were looked at, and how many are amiss, by what is wrong. */
export type EngineReport = { looked: number } & Record<Amiss, number>;

export type Watch = { report: () => EngineReport | undefined; stop: () => void };

// Where something is amiss it is looked at again soon, until it has been restored.
const SOON = 5 * 60_000;
const LATER = 24 * 60 * 60_000;

/** Ids that one line of the log names at most. */
const NAMED = 20;

/** Begins to look. */
export function watchEngine(
  parts: SurveyParts,
  { log, onReport }: { log: Logger; onReport: (amiss: Record<Amiss, number>) => void },
): Watch {
  const stopping = new AbortController();
  let report: EngineReport | undefined;
  void watch();
  return { report: () => report, stop: () => stopping.abort() };

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const restoring = await look().catch((error: unknown) => {
        log.warn({ error: reduced(error) }, 'PostgreSQL and the engine could not be compared');
        return true;
      });
      await pause(restoring ? SOON : LATER, undefined, {
        signal: stopping.signal,
        ref: false,
      }).catch(() => undefined);
    }
  }

  async function look(): Promise<boolean> {
    const survey = await surveyEngine(parts, 1);
    const { amiss, looked } = survey;
    const counts = Object.fromEntries(
      Object.entries(amiss).map(([what, ids]) => [what, ids.length]),
    ) as Record<Amiss, number>;
    report = { looked, ...counts };
    onReport(counts);
    for (const [what, ids] of Object.entries(amiss) as [Amiss, string[]][]) {
      if (ids.length === 0) continue;
      log.warn(
        { standing: what, count: ids.length, ids: ids.slice(0, NAMED) },
        'PostgreSQL and the engine disagree; run `npm run lifecycles:restore`',
      );
    }
    return isAmiss(survey);
  }
}
