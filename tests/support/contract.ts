/** Every answer that a test receives is held against the contract it was promised by. */
import { isDeepStrictEqual } from 'node:util';
import * as contracts from '../../api/contract.ts';
import type { Route } from '../../api/http/route.ts';
import { Problem } from '../../api/http/shapes.ts';
import { describe } from './description.ts';
import type { Answered, Description } from './description.ts';

/** Every route that the contract defines. */
export const CONTRACT: readonly Route[] = Object.values(contracts).flatMap((contract) =>
  Object.values(contract as Record<string, unknown>).filter(isRoute),
);

/** The route of the contract with this name. */
export function routeNamed(operationId: string): Route {
  const route = CONTRACT.find((each) => each.operationId === operationId);
  if (!route) throw new Error(`the contract has no ${operationId}`);
  return route;
}

/** What the description of the API has against an answer. Made of the whole contract, once. */
let kept: Description | undefined;
function description(): Description {
  return (kept ??= describe(CONTRACT));
}

/** Throws when an answer is not what the contract promises for this request. */
export function holdAgainstContract(method: string, path: string, answered: Answered): void {
  const { status, text } = answered;
  const complain = (what: string) => {
    throw new Error(`${method} ${path} answered ${status} ${what}:\n${text.slice(0, 2_000)}`);
  };
  if (status === 500) complain('instead of a refusal');
  const undescribed = description()(method, path, answered);
  if (undescribed !== undefined) complain(undescribed);
  if (status >= 400) holdProblem(answered, complain);
  else holdSuccess(method, path, answered, complain);
}

function holdSuccess(
  method: string,
  path: string,
  { status, body, text, headers }: Answered,
  complain: (what: string) => void,
): void {
  const route = CONTRACT.find(
    (each) => each.method === method.toLowerCase() && patternOf(each.path).test(path),
  );
  if (!route) return;
  const { answer, versioned } = route;
  if (status !== answer.status) complain(`and not ${answer.status}`);
  if (versioned && !/^"\d+"$/.test(headers.get('etag') ?? '')) complain('without an ETag');
  if (!/no-store/.test(headers.get('cache-control') ?? '')) complain('which others may keep');
  if (!answer.body) {
    if (text !== '') complain('with a body that the contract does not know');
    return;
  }
  const parsed = answer.body.safeParse(body);
  if (!parsed.success) complain(`against its schema (${parsed.error.message})`);
  // What the schema would strip is what nobody was told of.
  else if (!isDeepStrictEqual(parsed.data, body)) complain('with more than the contract says');
}

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

function holdProblem({ status, headers, body }: Answered, complain: (what: string) => void): void {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) {
    complain('which is no problem document');
  }
  const parsed = Problem.strict().safeParse(body);
  if (!parsed.success) return complain(`against the problem schema (${parsed.error.message})`);
  const { title, detail, errors = [] } = parsed.data;
  const sentences = [title, detail, ...errors.map(({ message }) => message)];
  if (parsed.data.status !== status) complain('and says another status');
  if (sentences.some((each) => each.trim() === '')) complain('without a sentence');
  if (sentences.some((each) => /\{\{|undefined|null|\[object/.test(each))) {
    complain('with a gap in its sentence');
  }
  if (sentences.some((each) => ID.test(each))) complain('with an id where people want a name');
  if (sentences.some((each) => /\bat .*:\d+:\d+/.test(each))) complain('with a stack trace');
}

function patternOf(path: string): RegExp {
  return new RegExp(`^(/api/v1)?${path.replace(/\{\w+\}/g, '[^/]+')}(\\?.*)?$`);
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'operationId' in value;
}
