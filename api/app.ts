/**
 * The web server's whole shape: who is let in, in which order, and what happens to errors. Parts
 * are handed in, so that a test runs the same application against its own database.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import compression from 'compression';
import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Logger } from '../config/log.ts';
import { placesOf, reduced } from '../config/reduced-error.ts';
import { agreementRoutes } from './agreement/routes.ts';
import { inWords } from './agreement/names.ts';
import { openPaths } from './sign-in/open-paths.ts';
import { CLIENT_ADDRESS } from './sign-in/sign-in.ts';
import { clockRoutes } from './clock/routes.ts';
import { eventStream } from './events/stream.ts';
import { healthRoutes } from './health.ts';
import { jsonBody } from './http/json-body.ts';
import { createAdmission } from './http/admission.ts';
import type { AdmissionLimits } from './http/admission.ts';
import { measureRequests, routeOf } from './http/metrics.ts';
import { openApiDocument } from './http/openapi.ts';
import { auditRoutes } from './audit/routes.ts';
import { calendarRoutes } from './calendar/routes.ts';
import { mailRoutes } from './mail/routes.ts';
import { getReference, REFERENCE } from './reference/contract.ts';
import { sessionRoutes } from './sign-in/session.ts';
import { officeRoutes } from './office/routes.ts';
import { createRecognition } from './http/principal.ts';
import type { Principal } from './http/principal.ts';
import { asRefused, problemOf, Refused } from './http/problems.ts';
import { createRouter, implement } from './http/router.ts';
import type { Gate, Implementation } from './http/router.ts';
import type { ApiParts } from './parts.ts';
import { translator } from '../texts/translator.ts';
import { isAway } from './http/unavailable.ts';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way Express's types are extended
  namespace Express {
    interface Request {
      requestId: string;
      principal: Principal | null;
      /** The pattern of its route of the contract, once one is found; Express forgets it with a refusal. */
      pattern?: string;
    }
  }
}

const fieldWords = translator('fields');

// Messages about fields in the language of the people who fill them in.
z.config({
  ...z.locales.id(),
  customError: ({ code, input }) =>
    code === 'invalid_type' && (input === undefined || input === null)
      ? fieldWords('required')
      : undefined,
});

/** Every route of the API, in the order of the documentation. */
export function implementations(parts: ApiParts): Implementation[] {
  return [
    ...sessionRoutes(parts),
    ...officeRoutes(parts),
    ...calendarRoutes(parts),
    ...agreementRoutes(parts),
    ...mailRoutes(parts),
    ...auditRoutes(parts),
    ...clockRoutes(parts),
    implement(getReference, () => Promise.resolve({ body: REFERENCE })),
  ];
}

export type AppOptions = {
  log: Logger;
  baseUrl: string;
  /** Folder of the built pages; none where only the API is wanted. */
  pages?: string;
  /** Proxies whose word on the caller's address is taken (Express's `trust proxy`). */
  trustedProxies?: number | string[];
  metricsToken?: string;
  /** How often open event streams look at their session again, in milliseconds. */
  heartbeat?: number;
  /** How long (ms) a session that was looked up is kept; a second unless said. */
  sessionsKept?: number;
  /** How much one person may ask; without limits where nothing is said. */
  limits?: AdmissionLimits;
  /** Only tests leave the gate open, to show that row policies alone let nothing through. */
  gate?: Gate;
};

/** The application, ready to listen. */
export function createApp(parts: ApiParts, options: AppOptions): Express {
  const { log, baseUrl } = options;
  const app = express();
  const routes = implementations(parts);
  const { authenticate, forget } = createRecognition(parts, options.sessionsKept);

  app.disable('x-powered-by');
  // Express would hash every answer, and answers of the API are not stored (`keepNothing`).
  app.disable('etag');
  if (options.trustedProxies) app.set('trust proxy', options.trustedProxies);
  app.set('query parser', 'simple');

  app.use(numberRequests(log), measureRequests(), compressAnswers());
  app.use(healthRoutes(parts, options.metricsToken));
  app.use(protectBrowsers(baseUrl));
  app.use('/api', keepNothing, afterChanges(forget));

  for (const { path, handlers } of openPaths(parts, baseUrl, authenticate)) {
    app.post(`/api/auth${path}`, sameOrigin(baseUrl), noteClient, ...handlers);
  }
  app.use('/api/auth', () => {
    throw new Refused('NotFound');
  });

  // Made when somebody asks, and once.
  let description: string | undefined;
  app.get('/api/v1/openapi.json', (_req, res) => {
    description ??= JSON.stringify(
      openApiDocument(
        routes.map(({ route }) => route),
        baseUrl,
      ),
    );
    res.type('json').send(description);
  });
  app.get('/api/v1/events', eventStream(parts, authenticate, options));
  app.use('/api/v1', sameOrigin(baseUrl), jsonBody());
  app.use(
    '/api/v1',
    createRouter(routes, {
      authenticate,
      ...(options.gate && { gate: options.gate }),
      ...(options.limits && { admit: createAdmission(options.limits) }),
    }),
  );
  app.use('/api', () => {
    throw new Refused('NotFound');
  });

  if (options.pages) servePages(app, options.pages);
  app.use(() => {
    throw new Refused('NotFound');
  });
  app.use(answerErrors(parts, log));
  return app;
}

// What one request changed, the next one sees: an account, a role, a session.
function afterChanges(forget: () => void): RequestHandler {
  return (req, res, next) => {
    if (req.method !== 'GET') res.once('finish', forget);
    next();
  };
}

function numberRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const given = /^(?:req-)?(.*)$/.exec(req.get('x-request-id') ?? '')?.[1];
    // Only ids that a machine made: the number goes into logs, histories, the audit and mails,
    // where nobody's NIK or name may be.
    const id = z.uuid().safeParse(given).data?.toLowerCase() ?? randomUUID();
    req.requestId = `req-${id}`;
    req.principal = null;
    res.set('X-Request-Id', req.requestId);
    const began = performance.now();
    res.on('finish', () => {
      const took = Math.round(performance.now() - began);
      const { requestId, method } = req;
      log.info({ requestId, method, route: routeOf(req), status: res.statusCode, took }, 'request');
    });
    next();
  };
}

function protectBrowsers(baseUrl: string): RequestHandler {
  const secure = baseUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      directives: {
        'default-src': ["'self'"],
        // The component library sets styles on elements.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'frame-ancestors': ["'none'"],
        'upgrade-insecure-requests': secure ? [] : null,
      },
    },
    strictTransportSecurity: secure,
    // Browsers ignore these on plain HTTP, and say so on the console of every page.
    crossOriginOpenerPolicy: secure,
    originAgentCluster: secure,
  });
}

// Compresses answers while they are written. Not the event stream: a hint has to arrive at once, and the
// compressor would hold it back.
function compressAnswers(): RequestHandler {
  return compression({
    filter: (req, res) =>
      !/^text\/event-stream\b/.test(String(res.getHeader('Content-Type'))) &&
      compression.filter(req, res),
  });
}

// A browser says where a request comes from; other programs do not and carry no cookies unasked.
function sameOrigin(baseUrl: string): RequestHandler {
  const own = new URL(baseUrl).origin;
  return (req, _res, next) => {
    const origin = req.get('origin');
    const site = req.get('sec-fetch-site');
    const reads = req.method === 'GET' || req.method === 'HEAD';
    const foreign =
      (origin !== undefined &&
        origin !== own &&
        origin !== `${req.protocol}://${req.get('host')}`) ||
      site === 'cross-site';
    if (!reads && foreign) throw new Refused('CrossSite');
    next();
  };
}

// Answers are for one person at one moment; the next person at this browser must not find them,
// and an ETag tells of the agreement's version, not of what else the page shows.
const keepNothing: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

const noteClient: RequestHandler = (req, _res, next) => {
  req.headers[CLIENT_ADDRESS] = req.ip ?? '';
  next();
};

// A file below `/assets` has a hash of its content in its name: it never changes, and one that a page of an
// earlier release asks for is gone. All others are asked about again.
function servePages(app: Express, pages: string): void {
  app.use('/assets', express.static(path.join(pages, 'assets'), { immutable: true, maxAge: '1y' }));
  app.use('/assets', () => {
    throw new Refused('NotFound');
  });
  const askAgain = (res: Response) => void res.set('Cache-Control', 'no-cache');
  app.use(express.static(pages, { index: false, setHeaders: askAgain }));
  app.get('/{*page}', (_req, res) => {
    res.set('Cache-Control', 'no-cache').sendFile('index.html', { root: path.resolve(pages) });
  });
}

function answerErrors(parts: ApiParts, log: Logger): ErrorRequestHandler {
  return async (error: unknown, req, res, _next) => {
    const { requestId } = req;
    const refusal = await named(parts, req.principal, refusalOf(error, requestId));
    if (refusal.code === 'Failed') {
      log.error({ requestId, error: reduced(error), at: placesOf(error) }, 'request failed');
    }
    if (res.headersSent) {
      res.end();
      return;
    }
    const problem = problemOf(refusal, requestId);
    if (problem.status === 503) res.set('Retry-After', '5');
    if (problem.status === 429) res.set('Retry-After', String(refusal.params['seconds']));
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

function refusalOf(error: unknown, requestId: string): Refused {
  const refusal = asRefused(error);
  if (refusal instanceof Refused) return refusal;
  if (isAway(error)) return new Refused('Unavailable');
  // An address whose percent signs mean nothing names nothing.
  if (error instanceof URIError) return new Refused('NotFound');
  return new Refused('Failed', { requestId });
}

async function named(
  { database }: ApiParts,
  principal: Principal | null,
  refusal: Refused,
): Promise<Refused> {
  // Numbers need no names from PostgreSQL, so a caller who is over the limits costs it nothing.
  const isWords = Object.values(refusal.params).every((value) => typeof value === 'number');
  if (!principal || isWords) return refusal;
  const { code, params, errors, possible, field, existing } = refusal;
  try {
    const words = await database.withActor(principal.actor, (tx) => inWords(tx, params));
    return new Refused(code, words, {
      ...(errors && { errors }),
      ...(possible && { possible }),
      ...(field !== undefined && { field }),
      ...(existing && { existing }),
    });
  } catch {
    return refusal;
  }
}
