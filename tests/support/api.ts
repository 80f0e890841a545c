/** The whole API over HTTP, on a database and a worker of a test file's own. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { startApi } from '../../api/server.ts';
import type { ApiOptions } from '../../api/server.ts';
import { createLog } from '../../config/log.ts';
import { readSettings } from '../../config/settings.ts';
import { TEST_PASSWORD, TEST_SECRET } from '../global-setup.ts';
import { emailOf } from './cast.ts';
import type { PersonName } from './cast.ts';
import { anEngine } from './stage.ts';
import type { Engine } from './stage.ts';

const ORIGIN = 'http://mapalus.test';

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
  /** Signs a person of the cast in. */
  as: (person: PersonName) => Promise<Caller>;
  anonymous: Caller;
  stop: () => Promise<void>;
};

/** Starts an API with its engine; the business clock begins on this day. */
export async function anApi(begin: string, options: ApiOptions = {}): Promise<Api> {
  const engine = await anEngine(begin);
  await engine.setClock(begin);
  const settings = readSettings({
    PORT: '0',
    BASE_URL: ORIGIN,
    DATABASE_URL: engine.ownerUrl,
    MAPALUS_SECRET: TEST_SECRET,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    // Each person signs in from an address of their own, so that the limit per address holds.
    TRUSTED_PROXIES: 'loopback',
  });
  const log = createLog('api', process.env['TEST_LOG'] ?? 'silent');
  const server = await startApi(settings, log, { taskQueue: engine.taskQueue, ...options });
  const url = `http://127.0.0.1:${server.port}`;
  const callers = new Map<PersonName, Promise<Caller>>();

  return {
    engine,
    url,
    anonymous: caller(url, ''),
    as: (person) => {
      const known = callers.get(person) ?? signIn(url, person, callers.size + 1);
      callers.set(person, known);
      return known;
    },
    async stop() {
      await server.stop();
      await engine.stop();
    },
  };
}

async function signIn(url: string, person: PersonName, address: number): Promise<Caller> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: ORIGIN,
      'X-Forwarded-For': `10.0.0.${address}`,
    },
    body: JSON.stringify({ email: emailOf(person), password: TEST_PASSWORD }),
  });
  if (!response.ok) throw new Error(`${person} could not sign in: ${response.status}`);
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return caller(url, cookie);
}

function caller(url: string, cookie: string): Caller {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const target = path.startsWith('/api') || path.startsWith('/livez') ? path : `/api/v1${path}`;
    const response = await fetch(url + target, {
      method,
      ...init,
      headers: { Cookie: cookie, Origin: ORIGIN, ...(init.headers as Record<string, string>) },
    });
    const text = await response.text();
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = text;
    }
    return { status: response.status, body, headers: response.headers, text };
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
