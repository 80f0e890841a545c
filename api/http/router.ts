/**
 * From a route's definition and its implementation to Express: authenticating the caller, the
 * policy, checking what comes in, and rendering what goes out. There is no other way to add a
 * route.
 */
import { createHash } from 'node:crypto';
import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { z } from 'zod';
import { translator } from '../../texts/translator.ts';
import { isHeavy } from './admission.ts';
import type { Admit } from './admission.ts';
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from './route.ts';
import { mayAny } from './principal.ts';
import type { Principal } from './principal.ts';
import { Refused } from './problems.ts';
import type { FieldError } from './problems.ts';

const speak = translator('fields');

/** What an implementation gets to know of a request. */
export type Call<Given extends Route = Route> = {
  params: ParamsOf<Given>;
  query: QueryOf<Given>;
  body: BodyOf<Given>;
  principal: Principal;
  requestId: string;
  /** The revision the caller had read, from If-Match. */
  expectedRevision: number | undefined;
  /** Key, route and content of a change that must have one outcome, and the status of its success. */
  once: { key: string; route: string; bodyHash: Buffer; success: number };
};

/** What an implementation answers: the body, and headers that go with it. */
export type HttpAnswer<Given extends Route = Route> = {
  body?: AnswerOf<Given>;
  /** The body as it was rendered the first time, and its status, for a repeated request. */
  rendered?: string;
  status?: number;
  etag?: number;
  location?: string;
};

export type Implementation = {
  route: Route;
  handle: (call: Call) => Promise<HttpAnswer>;
};

/** Joins a definition with what it does. */
export function implement<const Given extends Route>(
  route: Given,
  handle: (call: Call<Given>) => Promise<HttpAnswer<Given>>,
): Implementation {
  return { route, handle: handle };
}

/** Decides whether a caller may use a route at all; rows are judged later, by PostgreSQL. */
export type Gate = (route: Route, principal: Principal | null) => void;

/** The policy as it is always applied. */
export const policyGate: Gate = (route, principal) => {
  if (route.access === 'public') return;
  if (!principal) throw new Refused('NotSignedIn');
  if (principal.mustChangePassword && !route.beforePasswordChange) {
    throw new Refused('PasswordChangeRequired');
  }
  if (route.access === 'signed-in') return;
  if (!mayAny(principal, route.access)) throw new Refused('NotPermitted');
};

export type RouterParts = {
  authenticate: (headers: Request['headers']) => Promise<Principal | null>;
  gate?: Gate;
  /** Lets people in by their limits; everybody at once where nothing is said. */
  admit?: Admit;
};

/** An Express router with these routes and nothing else. */
export function createRouter(
  implementations: readonly Implementation[],
  parts: RouterParts,
): Router {
  const router = Router({ caseSensitive: true });
  const { authenticate, gate = policyGate, admit = () => Promise.resolve(() => undefined) } = parts;
  for (const { route, handle } of implementations) {
    router[route.method](expressPath(route.path), async (req: Request, res: Response) => {
      const principal = await authenticate(req.headers);
      req.principal = principal;
      gate(route, principal);
      if (route.trainingOnly && principal?.installation !== 'training') {
        throw new Refused('ClockIsReal');
      }
      const leave = await admit(principal?.userId ?? '', isHeavy(route, req), res);
      try {
        render(res, route, await handle(callOf(route, req, principal as Principal)));
      } finally {
        leave();
      }
    });
  }
  for (const path of new Set(implementations.map(({ route }) => route.path))) {
    const methods = implementations
      .filter(({ route }) => route.path === path)
      .flatMap(({ route }) => (route.method === 'get' ? ['get', 'head'] : [route.method]));
    router.all(expressPath(path), (req: Request, res: Response, _next: NextFunction) => {
      res.set('Allow', methods.join(', ').toUpperCase());
      throw new Refused('MethodNotAllowed', { method: req.method });
    });
  }
  return router;
}

function callOf(route: Route, req: Request, principal: Principal): Call {
  const params = checkedParams(route.params, req.params);
  const errors: FieldError[] = [];
  const query = checked(route.query, req.query, errors);
  const body = checked(route.body, req.body ?? {}, errors);
  refuseErrors(errors);
  return {
    params,
    query,
    body,
    principal,
    requestId: req.requestId,
    expectedRevision: route.versioned ? expectedRevision(req) : undefined,
    ...(route.idempotent && { once: onceOf(route, req) }),
  } as Call;
}

/** A body that has been checked; refuses it with every field that is wrong. */
export function checkedBody(schema: z.ZodObject, given: unknown): unknown {
  const errors: FieldError[] = [];
  const body = checked(schema, given ?? {}, errors);
  refuseErrors(errors);
  return body;
}

function refuseErrors(errors: FieldError[]): void {
  if (errors.length === 0) return;
  const fields = errors.map(({ field }) => field).join(', ');
  throw new Refused('InvalidRequest', { fields }, { errors });
}

// An id that could not exist is answered like one that does not: nothing is told of either.
function checkedParams(schema: z.ZodObject | undefined, given: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Refused('NotFound');
  return parsed.data;
}

function checked(schema: z.ZodObject | undefined, given: unknown, errors: FieldError[]): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const { path, message } = issue;
    // A field that nobody knows is named itself, not what it stands in.
    const fields =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    for (const field of fields) {
      errors.push({ field: field.join('.') || '(isi)', message: inWords(message) });
    }
  }
  return undefined;
}

// The contract says by a code what its own checks found; zod's messages are sentences already.
function inWords(message: string): string {
  return /^[a-zA-Z]+$/.test(message) ? speak(message) : message;
}

function expectedRevision(req: Request): number | undefined {
  const header = req.get('if-match');
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (version === undefined) throw new Refused('IfMatchMalformed');
  return Number(version);
}

function onceOf(route: Route, req: Request): Call['once'] {
  const key = req.get('idempotency-key') ?? '';
  if (!/^[\w-]{16,128}$/.test(key)) throw new Refused('IdempotencyKeyMissing');
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([req.path, req.body ?? {}]))
    .digest();
  return { key, route: route.operationId, bodyHash, success: route.answer.status };
}

function render(res: Response, route: Route, answer: HttpAnswer): void {
  const { body, rendered, etag, location, status = route.answer.status } = answer;
  res.status(status);
  if (etag !== undefined) res.set('ETag', `"${etag}"`);
  if (location !== undefined) res.set('Location', location);
  const text = rendered ?? (body === undefined ? '' : JSON.stringify(body));
  if (text === '') res.end();
  else res.type(status < 400 ? 'application/json' : 'application/problem+json').send(text);
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
