/**
 * One person's browser, as far as the stories need one: it keeps cookies, says where it comes
 * from, and asks the public API by the routes of its contract.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Route } from '../api/http/route.ts';

/** What a request to this route carries. */
export type Asked<Asks extends Route> = Part<'params', Asks> &
  Part<'body', Asks> &
  (Asks['query'] extends z.ZodType ? { query?: z.input<Asks['query']> } : unknown);

type Part<Name extends 'params' | 'body', Asks extends Route> = Asks[Name] extends z.ZodType
  ? Record<Name, z.input<Asks[Name]>>
  : unknown;

export type Answered<Asks extends Route> = Asks['answer']['body'] extends z.ZodType
  ? z.output<Asks['answer']['body']>
  : undefined;

/** How often a request is repeated that the API could not answer. */
const REPEATS = 5;

export type Browser = {
  signIn: (email: string, password: string) => Promise<void>;
  changePassword: (from: string, to: string) => Promise<void>;
  /** Asks, and answers the body; throws `Declined` when the API says no. */
  ask: <const Asks extends Route>(route: Asks, asked?: Asked<Asks>) => Promise<Answered<Asks>>;
};

/** The API said no: its code, and the sentence for people. */
export class Declined extends Error {
  override readonly name = 'Declined';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Where the API is, where its pages are served from, and which machine this browser runs on. */
export type Place = { url: string; origin: string; address: string };

/** Opens a browser in which nobody is signed in. */
export function openBrowser({ url, origin, address }: Place): Browser {
  const cookies = new Map<string, string>();

  return {
    signIn: (email, password) => authenticate('sign-in/email', { email, password }),
    changePassword: (currentPassword, newPassword) =>
      authenticate('change-password', { currentPassword, newPassword }),
    ask: async (route, asked) => {
      const { params, query, body } = (asked ?? {}) as Loose;
      const target = new URL(`${url}/api/v1${filled(route.path, params ?? {})}`);
      for (const [name, value] of Object.entries(query ?? {})) {
        for (const each of [value].flat()) target.searchParams.append(name, String(each));
      }
      return (await send(target, route.method, body)) as never;
    },
  };

  async function authenticate(path: string, body: object): Promise<void> {
    await send(new URL(`${url}/api/auth/${path}`), 'post', body);
  }

  async function send(target: URL, method: string, body: unknown): Promise<unknown> {
    const key = randomUUID();
    let response = await request(target, method, body, key);
    // 503 leaves the outcome open; the same key brings the one outcome.
    for (let left = REPEATS; response.status === 503 && left > 0; left -= 1) {
      await pause(Number(response.headers.get('Retry-After') ?? 1) * 1_000);
      response = await request(target, method, body, key);
    }
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined) cookies.set(name, value ?? '');
    }
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer;
    const { code, detail, message } = (answer ?? {}) as Record<string, string | undefined>;
    throw new Declined(code ?? String(response.status), detail ?? message ?? text);
  }

  function request(target: URL, method: string, body: unknown, key: string): Promise<Response> {
    return fetch(target, {
      method: method.toUpperCase(),
      headers: {
        Origin: origin,
        'X-Forwarded-For': address,
        Cookie: [...cookies].map((cookie) => cookie.join('=')).join('; '),
        ...(method !== 'get' && {
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
        }),
      },
      ...(method !== 'get' && { body: JSON.stringify(body ?? {}) }),
    });
  }
}

type Loose = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
};

function filled(path: string, params: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
}
