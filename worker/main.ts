/** The worker process: carries workflows, sends mail, keeps the audit sealed. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import { databaseUrl } from '../prisma/databases.ts';
import type { Logger } from '../config/log.ts';
import { mailServer } from '../config/mail-server.ts';
import { runService } from '../config/process.ts';
import type { Running } from '../config/process.ts';
import { reduced } from '../config/reduced-error.ts';
import { releaseOf, VERSION } from '../config/release.ts';
import type { Settings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import type { TemporalConnection } from '../config/temporal.ts';
import { startRelay } from '../mail/relay.ts';
import { wayOutInWords } from '../mail/trouble.ts';
import { connect } from '../prisma/connect.ts';
import type { Database } from '../prisma/connect.ts';
import { ENTITIES_QUEUE } from '../workflows/messages.ts';
import { ENTITIES } from './entities.ts';
import { deliverMessages } from './engine-messages.ts';
import { countActivities, countAmiss, countMail, countTakenOver, serveHealth } from './health.ts';
import { startMaintenance } from './maintenance.ts';
import { takePlace } from './one-release.ts';
import { takeOver } from './take-over.ts';
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

  const release = releaseOf(bundlePath);
  const mailDomain = mailDomainOf(settings.MAIL_FROM);
  const entities = { client, database, taskQueue: ENTITIES_QUEUE, kinds: ENTITIES };
  const own = { release, bundlePath, databaseUrl: url, log };

  const taking = takeOver({ ...entities, ...own, onReport: countTakenOver });
  const watch = watchEngine(entities, { log, onReport: countAmiss });
  let workers: Worker[] = [];
  let waitingFor: string[] = [];
  const health =
    settings.WORKER_PORT === undefined
      ? undefined
      : await serveHealth(settings.WORKER_PORT, {
          host: settings.HOST,
          isReady,
          detail: async () => ({
            mail: wayOutInWords(await database.mailTrouble()),
            release,
            waitingFor,
            takingOver: taking.report(),
            workflows: watch.report(),
          }),
          metricsToken: settings.METRICS_TOKEN,
        });
  const place = await takePlace(
    { ...own, database },
    { onWaiting: (others) => (waitingFor = others), prepare: taking.sample },
  );
  const parts = {
    connection,
    namespace,
    bundlePath,
    database,
    release,
    mailDomain,
    activityInterceptors: [countActivities],
  };
  workers = await Promise.all([createWorker(parts), createLongWorker(parts)]);
  const running = workers.map((worker) => worker.run());
  taking.start();
  const relay = startRelay({
    database,
    databaseUrl: url,
    mailServer: server,
    from: settings.MAIL_FROM,
    giveUpAfterDays: settings.MAIL_GIVE_UP_AFTER_DAYS,
    mailDomain,
    baseUrl: settings.BASE_URL ?? `http://localhost:${settings.PORT}`,
    log,
    onSettled: countMail,
  });
  const messages = deliverMessages({
    database,
    databaseUrl: url,
    client,
    taskQueue: ENTITIES_QUEUE,
    log,
  });
  const maintenance = startMaintenance(database, mailDomain, log);
  // `npm start` tells it when this process is ready; a silent server is not waited for.
  await Promise.race([relay.looked, pause(LONGEST_LOOK)]);
  log.info({ version: VERSION, release }, 'ready');

  return {
    broken: Promise.race([
      place.taken,
      Promise.race(running).then(() => {
        throw new Error('the worker stopped by itself');
      }),
    ]),
    stop: async () => {
      health?.close();
      watch.stop();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled([
        ...running,
        taking.stop(),
        relay.stop(),
        messages.stop(),
        maintenance.stop(),
      ]);
      await place.leave();
      await connection.close();
      await database.close();
    },
  };

  async function isReady(): Promise<boolean> {
    await database.ping();
    return workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING');
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
