/**
 * What a route is before anybody implements it: where it is, who may use it, what goes in and
 * what comes out. Checking requests, OpenAPI and the access tests all read this.
 */
import type { z } from 'zod';
import type { Action } from '../../domain/permissions.ts';

/**
 * Who may use a route: everybody, whoever is signed in, or holders of one of these permissions.
 * There is no default: a route without an access does not compile.
 */
export type Access = 'public' | 'signed-in' | readonly [Action, ...Action[]];

export type Route = {
  operationId: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** The path below `/api/v1`, with parameters in braces. */
  path: `/${string}`;
  summary: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** The answer of a success, by its status. */
  answer: { status: 200 | 201 | 202 | 204; body?: z.ZodType };
  /** A change that must have one outcome: needs an Idempotency-Key. */
  idempotent?: true;
  /** Takes If-Match and answers with an ETag. */
  versioned?: true;
  /** Answers `Location`, where what was made is from now on. */
  located?: true;
  /** A body that does what the summary says, once the ids in it are those of the installation. */
  example?: unknown;
  /** Other answers that lead here: by operation, where in its answer each parameter stands. */
  leads?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where fields of the body stand in the answer that leads here by its id. */
  taken?: Readonly<Record<string, string>>;
  /** Costs many times what others cost, so that a person asks for one of them at a time. */
  heavy?: true;
  /** Exists in training installations only. */
  trainingOnly?: true;
  /** Allowed while a password still has to be changed. */
  beforePasswordChange?: true;
};

/** Keeps a route's exact types for its implementation and for the pages that call it. */
export function defineRoute<const Given extends Route>(route: Given): Given {
  return route;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Rendered<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

export type ParamsOf<Given extends Route> = Parsed<Given['params']>;
export type QueryOf<Given extends Route> = Parsed<Given['query']>;
export type BodyOf<Given extends Route> = Parsed<Given['body']>;
export type AnswerOf<Given extends Route> = Rendered<Given['answer']['body']>;
