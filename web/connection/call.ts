/**
 * The one way to the API. An address like `get /agreements/{id}` is checked against the contract
 * when the pages are compiled; the schemas themselves stay out of the browser.
 */
import type { z } from 'zod';
import type * as contract from '../../api/contract.ts';
import type { AnswerOf, Route } from '../../api/http/route.ts';
import { CallFailed, failureOf, unreachable } from './failure.ts';

type Contracts = (typeof contract)[keyof typeof contract];
type RoutesOf<Contract> = Contract extends Contract
  ? Extract<Contract[keyof Contract], Route>
  : never;
type Routes = RoutesOf<Contracts>;
type ByAddress = { [Each in Routes as `${Each['method']} ${Each['path']}`]: Each };

/** Every route there is, by method and path. */
export type Address = keyof ByAddress;

type Given<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;

/** What a route wants to be told. */
export type RequestTo<To extends Address, At extends Route = ByAddress[To]> = (At extends {
  params: z.ZodObject;
}
  ? { params: Given<At['params']> }
  : unknown) &
  (At extends { query: z.ZodObject } ? { query?: Given<At['query']> } : unknown) &
  (At extends { body: z.ZodObject } ? { body: Given<At['body']> } : unknown) &
  (At extends { idempotent: true } ? { once: string } : unknown) &
  (At extends { versioned: true } ? { revision?: number } : unknown) & { signal?: AbortSignal };

/** The body that a route receives. */
export type BodyTo<To extends Address> = Given<ByAddress[To]['body' & keyof ByAddress[To]]>;

/** What a route answers. */
export type AnswerFrom<To extends Address> = AnswerOf<ByAddress[To]>;

/** One of the things that a listing route answers. */
export type ItemFrom<To extends Address> =
  AnswerFrom<To> extends { items: (infer Item)[] } ? Item : never;

/** How long an answer may take; afterwards its outcome counts as unknown. */
const PATIENCE = 30_000;

/** Calls a route; throws `CallFailed` with the problem when the answer is no success. */
export async function call<To extends Address>(
  address: To,
  request: RequestTo<To>,
): Promise<AnswerFrom<To>> {
  const [method = '', path = ''] = address.split(' ');
  const { params, query, body, once, revision, signal } = request as LooseRequest;
  const response = await reach(`/api/v1${filled(path, params)}${asQuery(query)}`, {
    method: method.toUpperCase(),
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(once !== undefined && { 'Idempotency-Key': once }),
      ...(revision !== undefined && { 'If-Match': `"${revision}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal ?? AbortSignal.timeout(PATIENCE),
  });
  const text = await response.text().catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw failureOf(response, text);
  return (text === '' ? undefined : JSON.parse(text)) as AnswerFrom<To>;
}

/** Sends a request; a connection that breaks is a failure like any other. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.reason instanceof DOMException && init.signal.reason.name === 'AbortError') {
      throw error;
    }
    throw error instanceof CallFailed ? error : unreachable();
  }
}

type Plain = string | number | boolean | null | undefined;

type LooseRequest = {
  params?: Record<string, string>;
  query?: Record<string, Plain | Plain[]>;
  body?: unknown;
  once?: string;
  revision?: number;
  signal?: AbortSignal;
};

function filled(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function asQuery(query: Record<string, Plain | Plain[]> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== '') search.append(name, String(each));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
