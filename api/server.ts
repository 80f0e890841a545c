/** Puts the API together from settings and opens its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { databaseUrl } from '../prisma/databases.ts';
import type { Logger } from '../config/log.ts';
import type { Running } from '../config/process.ts';
import { required } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { clientInterceptors, temporalConnection } from '../config/temporal.ts';
import { connect, connectSignIn } from '../prisma/connect.ts';
import { createApp } from './app.ts';
import type { AppOptions } from './app.ts';
import { countAttempts } from './sign-in/attempts.ts';
import { keepOwnPasswords } from './sign-in/own-password.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { hearAnnouncements } from './events/announcements.ts';
import { endStreams } from './events/stream.ts';
import { answerBroken } from './http/broken-request.ts';
import { untilReady } from './health.ts';
import { createWorkflowClient } from './workflow-client.ts';
import type { ApiParts } from './parts.ts';

/** How long open requests may take after the server was asked to stop. */
const GRACE = 10_000;

/**
 * How long (ms) an idle connection is kept. Proxies and clients keep theirs for up to a minute. If the
 * server closed first, they could send a request into a connection that is being closed.
 */
const KEEP_ALIVE = 75_000;

export type ApiOptions = Pick<AppOptions, 'pages' | 'gate' | 'heartbeat' | 'sessionsKept'> & {
  taskQueue?: string;
  /** How often (ms) the listening connection is asked for a heartbeat. */
  pingEvery?: number;
};

/** Starts the API. PostgreSQL and Temporal may still be away; it answers 503 until they come. */
export async function startApi(
  settings: Settings,
  log: Logger,
  { taskQueue, pingEvery, ...options }: ApiOptions = {},
): Promise<Running & { port: number }> {
  const baseUrl = settings.BASE_URL ?? `http://localhost:${settings.PORT}`;
  const onBrokenConnection = ({ message }: Error) => log.warn({ message }, 'a connection broke');
  const appUrl = databaseUrl(settings, 'mapalus_app');
  const database = connect(appUrl, { connections: 20, onBrokenConnection });
  const signInTables = connectSignIn(databaseUrl(settings, 'mapalus_auth'), { onBrokenConnection });
  const connection = Connection.lazy({
    ...temporalConnection(settings),
    interceptors: clientInterceptors,
  });
  const temporal = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
  const announcements = hearAnnouncements(appUrl, pingEvery);
  const secret = required(settings, 'MAPALUS_SECRET', "the installation's secret");
  const { PASSWORD_MEMORY: passwordMemory } = settings;
  const signIn = createSignIn({
    prisma: signInTables,
    baseUrl,
    trustedOrigins: [`http://127.0.0.1:${settings.PORT}`],
    secret,
    passwordMemory,
    oneTimePasswordDays: settings.ONE_TIME_PASSWORD_DAYS,
  });
  const attempts = countAttempts(signInTables, secret, {
    here: settings.SIGN_IN_FAILURES,
    anywhere: settings.SIGN_IN_FAILURES_ACCOUNT,
    address: settings.SIGN_IN_FAILURES_ADDRESS,
    wait: settings.SIGN_IN_WAIT,
  });

  const { METRICS_TOKEN: metricsToken, TRUSTED_PROXIES: trustedProxies } = settings;
  const parts: ApiParts = {
    baseUrl,
    ...(settings.MAILBOX_FOLDER !== undefined && { mailbox: settings.MAILBOX_FOLDER }),
    passwordMemory,
    database,
    signIn,
    attempts,
    ownPasswords: keepOwnPasswords(signInTables, attempts, passwordMemory),
    longestSession: settings.SESSION_DAYS * 24 * 60 * 60 * 1_000,
    temporal,
    workflows: createWorkflowClient(temporal, taskQueue),
    announcements,
  };
  const app = createApp(parts, {
    log,
    baseUrl,
    limits: { atOnce: settings.REQUESTS_AT_ONCE, perMinute: settings.REQUESTS_PER_MINUTE },
    ...options,
    ...(metricsToken !== undefined && { metricsToken }),
    ...(trustedProxies !== undefined && { trustedProxies }),
  });
  const { HEADERS_TIMEOUT: headers, REQUEST_TIMEOUT: whole } = settings;
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE,
      headersTimeout: headers * 1_000,
      requestTimeout: whole * 1_000,
      connectionsCheckingInterval: Math.min(headers * 1_000, 5_000),
    },
    app,
  );
  server.on('clientError', answerBroken);
  server.listen(settings.PORT, settings.HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'listening');
  const stopping = new AbortController();

  return {
    port,
    ready: untilReady(parts, stopping.signal).then(() => {
      if (!stopping.signal.aborted) log.info('ready');
    }),
    async stop() {
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // Event streams never end by themselves; a page opens its stream again elsewhere.
      const timer = setTimeout(() => server.closeAllConnections(), GRACE);
      endStreams();
      await closed;
      clearTimeout(timer);
      await announcements.close();
      await Promise.all([database.close(), signInTables.$disconnect(), connection.close()]);
    },
  };
}
