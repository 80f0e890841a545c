/** Whether a worker is alive, whether it carries workflows, and its numbers, for those who watch it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { mayReadMetrics } from '../config/metrics-reader.ts';
import type { TakeOverReport } from './take-over.ts';

const registry = new Registry();
collectDefaultMetrics({ register: registry });

const mails = new Counter({
  name: 'mapalus_mails_total',
  help: 'What became of mails that were handed to the server, by template and outcome.',
  labelNames: ['template', 'outcome'],
  registers: [registry],
});

const activities = new Counter({
  name: 'mapalus_activities_total',
  help: 'Activities that this worker has done, by type and outcome.',
  labelNames: ['type', 'outcome'],
  registers: [registry],
});

const amiss = new Gauge({
  name: 'mapalus_workflows_amiss',
  help: 'Workflows about which PostgreSQL and the engine disagree, by what is wrong.',
  labelNames: ['standing'],
  registers: [registry],
});

const takenOver = new Gauge({
  name: 'mapalus_workflows_of_other_releases',
  help: 'Workflows that other releases recorded: replayed and begun again by this worker, failed, and left.',
  labelNames: ['state'],
  registers: [registry],
});

/** Notes how many workflows are amiss, by what is wrong. */
export function countAmiss(counts: Readonly<Record<string, number>>): void {
  for (const [standing, count] of Object.entries(counts)) amiss.set({ standing }, count);
}

/** Notes how far the taking over of other releases' workflows is. */
export function countTakenOver({ replayed, begunAgain, failed, left }: TakeOverReport): void {
  const states = { replayed, 'begun-again': begunAgain, failed, left };
  for (const [state, count] of Object.entries(states)) takenOver.set({ state }, count);
}

/** Counts one mail: `sent`, `failed`, `queued` for another attempt, or `unknown`. */
export function countMail(template: string, outcome: string): void {
  mails.inc({ template, outcome });
}

/** Counts what activities come to. */
export const countActivities: ActivityInterceptorsFactory = ({ info: { activityType: type } }) => ({
  inbound: {
    async execute(input, next) {
      try {
        const result = await next(input);
        activities.inc({ type, outcome: 'done' });
        return result;
      } catch (error) {
        activities.inc({ type, outcome: 'failed' });
        throw error;
      }
    },
  },
});

type Options = {
  host: string;
  isReady: () => Promise<boolean>;
  /** What `/readyz` says besides, and what keeps nobody from working. */
  detail: () => Promise<object>;
  metricsToken: string | undefined;
};

/** Serves `/livez`, `/readyz` and `/metrics` on this port. */
export async function serveHealth(
  port: number,
  { host, isReady, detail, metricsToken }: Options,
): Promise<Server> {
  const answers: Record<string, (req: IncomingMessage) => Promise<[status: number, text: string]>> =
    {
      '/livez': () => Promise.resolve([200, JSON.stringify({ status: 'ok' })]),
      '/readyz': async () => {
        const ready = await isReady().catch(() => false);
        const status = ready ? 'ok' : 'not ready';
        const more = { detail: await detail().catch(() => ({})) };
        return [ready ? 200 : 503, JSON.stringify({ status, ...more })];
      },
      '/metrics': async (req) =>
        mayReadMetrics(req, metricsToken) ? [200, await registry.metrics()] : [404, ''],
    };
  const server = createServer((req, res) => {
    const answer = answers[req.url ?? ''] ?? (() => Promise.resolve([404, '']));
    void answer(req).then(([status, text]) => {
      const type = text.startsWith('{') ? 'application/json' : registry.contentType;
      res.writeHead(Number(status), { 'Content-Type': type });
      res.end(text);
    });
  }).listen(port, host);
  await once(server, 'listening');
  return server;
}
