/** Whether the process is alive, whether it can serve, and its numbers. */
import { setTimeout as pause } from 'node:timers/promises';
import { Router } from 'express';
import { mayReadMetrics } from '../config/metrics-reader.ts';
import { wayOutInWords } from '../mail/trouble.ts';
import { missingSearchAttributes } from './search-attributes.ts';
import { registry } from './http/metrics.ts';
import type { ApiParts } from './parts.ts';

/** One part's answer: `ok`, or what is wrong with it. */
export type Readiness = Record<string, string>;

/** How long (ms) a check may take. A server that is slow under load still works and counts as ready. */
const LONGEST_CHECK = 5_000;

/** `/livez`, `/readyz` and `/metrics`. */
export function healthRoutes(parts: ApiParts, metricsToken: string | undefined): Router {
  const router = Router();
  router.get('/livez', (_req, res) => void res.json({ status: 'ok' }));
  router.get('/readyz', async (_req, res) => {
    const [checks, mail] = await Promise.all([readiness(parts), wayOut(parts)]);
    const ready = isReady(checks);
    // People can work while mail waits: it is told, and makes nothing unready.
    const detail = { mail };
    res.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'not ready', checks, detail });
  });
  router.get('/metrics', async (req, res) => {
    if (!mayReadMetrics(req, metricsToken)) {
      res.status(404).end();
      return;
    }
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

/** Resolves as soon as `/readyz` would say yes, or when it is no longer wanted. */
export async function untilReady(parts: ApiParts, unwanted: AbortSignal): Promise<void> {
  while (!unwanted.aborted && !isReady(await readiness(parts))) await pause(200);
}

function isReady(checks: Readiness): boolean {
  return Object.values(checks).every((answer) => answer === 'ok');
}

async function readiness({ database, temporal }: ApiParts): Promise<Readiness> {
  const [postgres, engine] = await Promise.all([
    answered(() => database.ping()),
    answered(async () => {
      const missing = await missingSearchAttributes(temporal);
      return missing.length > 0 ? `missing search attributes: ${missing.join(', ')}` : undefined;
    }),
  ]);
  return { postgres, temporal: engine };
}

function wayOut({ database }: ApiParts): Promise<string> {
  return answered(async () => wayOutInWords(await database.mailTrouble()));
}

async function answered(check: () => Promise<string | undefined | void>): Promise<string> {
  const tooLong = new Promise<string>((resolve) => {
    const seconds = LONGEST_CHECK / 1_000;
    setTimeout(() => resolve(`no answer within ${seconds} s`), LONGEST_CHECK).unref();
  });
  const answer = check().then(
    (trouble) => trouble ?? 'ok',
    () => 'not reachable',
  );
  return Promise.race([answer, tooLong]);
}
