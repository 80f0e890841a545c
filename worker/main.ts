/** The worker process: carries agreements, sends their mail, keeps the audit sealed. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { databaseUrl } from '../prisma/databases.ts';
import type { Logger } from '../config/log.ts';
import { mailServer } from '../config/mail-server.ts';
import { runService } from '../config/process.ts';
import type { Running } from '../config/process.ts';
import { reduced } from '../config/reduced-error.ts';
import { RELEASE } from '../config/release.ts';
import type { Settings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import type { TemporalConnection } from '../config/temporal.ts';
import { startRelay } from '../mail/relay.ts';
import { wayOutInWords } from '../mail/trouble.ts';
import { connect } from '../prisma/connect.ts';
import type { Database } from '../prisma/connect.ts';
import { AGREEMENTS_QUEUE } from '../workflows/messages.ts';
import { ENTITIES } from './entities.ts';
import { deliverMessages } from './engine-messages.ts';
import { countActivities, countMail, countAmiss, serveHealth } from './health.ts';
import { startMaintenance } from './maintenance.ts';
import { replayWorkflows, sampleEntities } from './replay-check.ts';
import { watchEngine } from './watch-engine.ts';
import { createLongWorker, createWorker } from './worker.ts';

/** How long a start waits to know whether mail can leave, in milliseconds. */
const LONGEST_LOOK = 3_000;

await runService('worker', startWorker);

async function startWorker(settings: Settings, log: Logger): Promise<Running> {
  Runtime.install({ logger: forwardTo(log), shutdownSignals: [] });
  const url = databaseUrl(settings, 'mapalus_worker');
  const server = mailServer(settings);
  const temporal = temporalConnection(settings);
  const database = connect(url, {
    onBrokenConnection: ({ message }) => log.warn({ message }, 'a database connection broke'),
  });
  const [connection] = await Promise.all([
    connectPatiently(temporal, log),
    awaitPostgres(database, log),
  ]);
  const namespace = settings.TEMPORAL_NAMESPACE;
  const bundlePath = path.resolve(settings.WORKFLOW_BUNDLE);
  const client = new Client({ connection, namespace });

  const sick = await refuseBrokenWorkflows();
  const mailDomain = mailDomainOf(settings.MAIL_FROM);
  const parts = {
    connection,
    namespace,
    bundlePath,
    database,
    release: RELEASE,
    mailDomain,
    activityInterceptors: [countActivities],
  };
  const workers = await Promise.all([createWorker(parts), createLongWorker(parts)]);
  const watch = watchEngine(
    { client, database, taskQueue: AGREEMENTS_QUEUE, kinds: ENTITIES },
    { sick, log, onReport: ({ looked: _looked, ...amiss }) => countAmiss(amiss) },
  );
  const health =
    settings.WORKER_PORT === undefined
      ? undefined
      : await serveHealth(settings.WORKER_PORT, {
          host: settings.HOST,
          isReady,
          detail: async () => ({
            mail: wayOutInWords(await database.mailTrouble()),
            agreements: watch.report(),
          }),
          metricsToken: settings.METRICS_TOKEN,
        });
  const running = workers.map((worker) => worker.run());
  const relay = startRelay({
    database,
    databaseUrl: url,
    mailServer: server,
    from: settings.MAIL_FROM,
    baseUrl: settings.BASE_URL ?? `http://localhost:${settings.PORT}`,
    log,
    onSettled: countMail,
  });
  const messages = deliverMessages({
    database,
    databaseUrl: url,
    client,
    taskQueue: AGREEMENTS_QUEUE,
    log,
  });
  const maintenance = startMaintenance(database, mailDomain, log);
  // `npm start` tells it when this process is ready; a silent server is not waited for.
  await Promise.race([relay.looked, pause(LONGEST_LOOK)]);
  log.info({ release: RELEASE }, 'ready');

  return {
    broken: Promise.race(running).then(() => {
      throw new Error('the worker stopped by itself');
    }),
    stop: async () => {
      health?.close();
      watch.stop();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled([...running, relay.stop(), messages.stop(), maintenance.stop()]);
      await connection.close();
      await database.close();
    },
  };

  async function isReady(): Promise<boolean> {
    await database.ping();
    return workers.every((worker) => worker.getState() === 'RUNNING');
  }

  // A worker whose code cannot continue what another release recorded would stall every workflow
  // it touches; it says so and does not begin. What this very release recorded, or what cannot be
  // read, no other release would continue either: it is named, counted, and holds up no other.
  async function refuseBrokenWorkflows(): Promise<number> {
    const sample = await sampleEntities(database, ENTITIES);
    const broken = await replayWorkflows({ client, bundlePath }, sample);
    const recordedHere = new Set(
      sample.flatMap(({ id, release }) => (release === RELEASE ? id : [])),
    );
    const sick = broken.filter((each) => each.unreadable || recordedHere.has(each.ref.id));
    for (const { ref, reason } of sick)
      log.error({ id: ref.id, reason }, 'cannot go on; run `npm run lifecycles:restore`');
    if (sick.length === broken.length) return sick.length;

    const foreign = broken.filter((each) => !sick.includes(each));
    for (const { ref, reason } of foreign) log.fatal({ id: ref.id, reason }, 'does not replay');
    throw new Error(
      `${foreign.length} running workflows do not replay with this release. Deploy the release ` +
        'they were recorded by, and run `npm run upgrade-check` before the next attempt; or, where ' +
        "this release's notes say so, run its `npm run lifecycles:restore`.",
    );
  }
}

async function awaitPostgres(database: Database, log: Logger): Promise<void> {
  for (;;) {
    try {
      return await database.ping();
    } catch (error) {
      log.warn({ error: reduced(error) }, 'PostgreSQL does not answer yet');
      await pause(1_000);
    }
  }
}

async function connectPatiently(
  temporal: TemporalConnection,
  log: Logger,
): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(temporal);
    } catch (error) {
      const { address } = temporal;
      log.warn({ address, error: String(error) }, 'Temporal does not answer yet');
      await pause(1_000);
    }
  }
}

function forwardTo(log: Logger): DefaultLogger {
  const levels = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'debug',
    WARN: 'warn',
    ERROR: 'error',
  } as const;
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    // Only fields that are known to be ids and codes; anything else stays out of the log.
    const { workflowId, activityType, attempt, error } = (meta ?? {}) as Record<string, unknown>;
    const failure = error instanceof Error ? error.message : error;
    log[levels[level]]({ workflowId, activityType, attempt, error: failure }, message);
  });
}

function mailDomainOf(from: string): string {
  return /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost';
}
