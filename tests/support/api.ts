/** The whole API over HTTP, on a database and a worker of a test file's own. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { startApi } from '../../api/server.ts';
import type { ApiOptions } from '../../api/server.ts';
import { createLog } from '../../config/log.ts';
import { readSettings } from '../../config/settings.ts';
import { urlOf } from '../../prisma/roles.ts';
import { emailOf } from './cast.ts';
import type { PersonName } from './cast.ts';
import { holdAgainstContract } from './contract.ts';
import { engineOn } from './engine.ts';
import type { Engine, Template } from './engine.ts';
import { TEST_PASSWORD, TEST_SECRET } from './test-servers.ts';
import { sharedServers } from './stage.ts';

/** The address under which the pages would be served. */
export const ORIGIN = 'http://mapalus.test';

export type Reply<Body = any> = { status: number; body: Body; headers: Headers; text: string };

/** One person's browser. */
export type Caller = {
  get: (path: string) => Promise<Reply>;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  patch: (path: string, body: unknown) => Promise<Reply>;
  send: (method: string, path: string, init?: RequestInit) => Promise<Reply>;
  cookie: string;
};

export type Api = {
  engine: Engine;
  url: string;
  /** Signs a person of the cast in; the same browser is answered each time. */
  as: (person: PersonName) => Promise<Caller>;
  /** Opens another browser and signs in there. */
  signIn: (email: string, password?: string) => Promise<Caller>;
  /** Asks the database as its owner, whom row policies do not hold. */
  rows: <Row extends pg.QueryResultRow = any>(sql: string, values?: unknown[]) => Promise<Row[]>;
  anonymous: Caller;
  stop: () => Promise<void>;
};

/** Where a test needs more than the usual: a server of its own, other settings. */
export type TestOptions = ApiOptions & {
  temporalAddress?: string;
  settings?: Record<string, string>;
  /** What the database begins with; the cast, unless said. */
  template?: Template;
  /** Without a worker until the engine is woken. */
  asleep?: boolean;
  /** The way that the serving role's connections take, when not straight to PostgreSQL. */
  appUrl?: (url: string) => string;
};

/** Starts an API with its engine; the business clock begins on this day. */
export async function anApi(
  begin: string,
  {
    temporalAddress = inject('temporalAddress'),
    settings: more = {},
    template = 'template_cast',
    asleep = false,
    appUrl,
    // Tests change roles and clocks behind the API's back, and look at once.
    sessionsKept = 0,
    ...options
  }: TestOptions = {},
): Promise<Api> {
  const engine = await engineOn({ ...sharedServers(), temporalAddress }, begin, {
    template,
    asleep,
  });
  await engine.setClock(begin);
  const settings = readSettings({
    PORT: '0',
    BASE_URL: ORIGIN,
    DATABASE_URL: engine.ownerUrl,
    MAPALUS_SECRET: TEST_SECRET,
    TEMPORAL_ADDRESS: temporalAddress,
    // Each person signs in from an address of their own, so that the limit per address holds.
    TRUSTED_PROXIES: 'loopback',
    PASSWORD_MEMORY: '1',
    // A test asks in one person's name for what many would.
    REQUESTS_AT_ONCE: '1000',
    REQUESTS_PER_MINUTE: '1000000',
    ...(appUrl && {
      DATABASE_URL_APP: appUrl(urlOf('mapalus_app', engine.ownerUrl, TEST_SECRET)),
    }),
    ...more,
  });
  const log = createLog('api', process.env['TEST_LOG'] ?? 'silent');
  const server = await startApi(settings, log, {
    taskQueue: engine.taskQueue,
    sessionsKept,
    ...options,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const owner = new pg.Pool({ connectionString: engine.ownerUrl, max: 4 });
  const callers = new Map<PersonName, Promise<Caller>>();
  const open = (email: string, password = TEST_PASSWORD) =>
    signIn(url, { email, password, address: (addresses += 1) });
  let addresses = 0;

  return {
    engine,
    url,
    anonymous: caller(url, ''),
    as: (person) => {
      const known = callers.get(person) ?? open(emailOf(person));
      callers.set(person, known);
      return known;
    },
    signIn: open,
    rows: async (sql, values) => (await owner.query(sql, values)).rows,
    async stop() {
      await owner.end();
      await server.stop();
      await engine.stop();
    },
  };
}

/** Opens a browser at an address of its own and signs in. */
export async function signIn(
  url: string,
  {
    email,
    password,
    address,
    origin = ORIGIN,
  }: { email: string; password: string; address: number; origin?: string },
): Promise<Caller> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: origin,
      'X-Forwarded-For': `10.0.${address >> 8}.${address & 255}`,
    },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`${email} could not sign in: ${response.status}`);
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return caller(url, cookie, origin);
}

/** A browser with this cookie. Every answer it gets is held against the contract. */
export function caller(url: string, cookie: string, origin = ORIGIN): Caller {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const target = path.startsWith('/api') || path.startsWith('/livez') ? path : `/api/v1${path}`;
    const response = await fetch(url + target, {
      method,
      ...init,
      headers: { Cookie: cookie, Origin: origin, ...(init.headers as Record<string, string>) },
    });
    const text = await response.text();
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = text;
    }
    const reply = { status: response.status, body, headers: response.headers, text };
    if (target.startsWith('/api/v1') && method !== 'HEAD')
      holdAgainstContract(method, target, reply);
    return reply;
  };
  const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    body: JSON.stringify(body ?? {}),
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  return {
    cookie,
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers = {}) =>
      send('POST', path, json(body, { 'Idempotency-Key': randomUUID(), ...headers })),
    patch: (path, body) => send('PATCH', path, json(body)),
  };
}
