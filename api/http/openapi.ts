/**
 * The API's description in OpenAPI 3.1, made from the very schemas that check requests. It is written so that a
 * program that knows nothing else of Mapalus can try all of it: every status that a route may answer, every header
 * that comes with it, an example of each body, and links from what is answered to what can be asked next.
 */
import { createDocument } from 'zod-openapi';
import type {
  ZodOpenApiLinkObject,
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponseObject,
} from 'zod-openapi';
import { z } from 'zod';
import type { Route } from './route.ts';
import { Problem } from './shapes.ts';
import { streamRoute } from '../events/stream.ts';

/** The document for `/api/v1/openapi.json`. */
export function openApiDocument(routes: readonly Route[], baseUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  const all = [...routes, streamRoute];
  for (const route of all) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, all) };
  }
  // Browsers take a name with this beginning over https only.
  const secure = baseUrl.startsWith('https:') ? '__Secure-' : '';
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Mapalus',
        version: '1',
        description:
          'Cooperation agreements between Indonesian regional governments and BPJS ' +
          'Ketenagakerjaan, from proposal to renewal. A method that a path does not have is answered ' +
          'with 405, and `Allow` says which it has.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: `${baseUrl}/api/v1` }],
      security: [{ session: [] }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: `${secure}better-auth.session_token` },
        },
      },
      paths,
    },
    {
      // A format says it all, and better than a pattern that only a machine can read.
      override: ({ jsonSchema }) => {
        if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      },
    },
  );
}

function operation(route: Route, all: readonly Route[]): ZodOpenApiOperationObject {
  const { access } = route;
  const header = requestHeaders(route);
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: typeof access === 'string' ? access : `Needs: ${access.join(' or ')}.`,
    ...(access === 'public' && { security: [] }),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(Object.keys(header.shape).length > 0 && { header }),
    },
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: route.body,
            ...(route.example !== undefined && { example: route.example }),
          },
        },
      },
    }),
    responses: { [route.answer.status]: success(route, all), ...refusals(route) },
  };
}

function requestHeaders(route: Route): z.ZodObject {
  return z.object({
    ...(route.idempotent && {
      'Idempotency-Key': z
        .string()
        .regex(/^[A-Za-z0-9_-]{16,128}$/)
        .meta({
          description: 'Repeating a request under the same key has the one outcome.',
        }),
    }),
    ...(route.versioned &&
      route.method !== 'get' && {
        'If-Match': z
          .string()
          .regex(/^(\*|(W\/)?"[0-9]{1,9}")$/)
          .optional()
          .meta({ description: 'The ETag that was read.' }),
      }),
  });
}

const ALWAYS = {
  'X-Request-Id': z
    .string()
    .regex(/^req-[0-9a-f-]{36}$/)
    .meta({ description: 'The number in the logs.' }),
  'Cache-Control': z
    .string()
    .regex(/no-store/)
    .meta({ description: 'Answers are kept by nobody.' }),
};

function success(route: Route, all: readonly Route[]): ZodOpenApiResponseObject {
  const { answer, versioned, located } = route;
  const links = linksOf(route, all);
  return {
    description: 'The outcome.',
    headers: z.object({
      ...ALWAYS,
      ...(versioned && { ETag: ETag.meta({ description: 'The revision that was read.' }) }),
      ...(located && { Location: z.string().meta({ description: 'Where it is from now on.' }) }),
    }),
    ...(route === streamRoute && { content: { 'text/event-stream': { schema: z.string() } } }),
    ...(answer.body && { content: { 'application/json': { schema: answer.body } } }),
    ...(Object.keys(links).length > 0 && { links }),
  };
}

const ETag = z.string().regex(/^"[0-9]+"$/);

/** What may be said instead of an outcome: by its status, to which routes, and what it means. */
const REFUSALS: [number, (route: Route) => boolean, string][] = [
  [400, always, 'The body is not JSON, a header is wrong, or the request cannot be read at all.'],
  [401, always, 'Nobody is signed in.'],
  [403, always, 'The caller’s roles do not allow it, or the password has to be changed first.'],
  [404, ({ params }) => params !== undefined, 'Unknown, or not for the caller.'],
  [408, always, 'The request did not arrive in time.'],
  [409, changes, 'Not now; `possible` says what is.'],
  [
    412,
    ({ versioned = false, method }) => versioned && method !== 'get',
    'It was changed meanwhile.',
  ],
  [413, always, 'The body is too large.'],
  [415, always, 'The body is not `application/json`.'],
  [422, always, 'A field is wrong; `errors` says which and how to mend it.'],
  [429, always, 'Too many requests; `Retry-After` says when there may be more.'],
  [431, always, 'The headers are too large.'],
  [503, always, 'Nobody can answer now; a change is repeated under the same key.'],
];

function always(): boolean {
  return true;
}

function changes({ method }: Route): boolean {
  return method !== 'get';
}

// Each kind of refusal stands once in the document.
function refusals(route: Route): Record<number, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    REFUSALS.flatMap(([status, isPossible], at) =>
      isPossible(route) ? [[status, REFUSAL_RESPONSES[at] as ZodOpenApiResponseObject]] : [],
    ),
  );
}

const REFUSAL_RESPONSES = REFUSALS.map(([status, , description]): ZodOpenApiResponseObject => ({
  id: `Refusal${status}`,
  description,
  headers: z.object({
    ...ALWAYS,
    ...([429, 503].includes(status) && {
      'Retry-After': z
        .string()
        .regex(/^[0-9]+$/)
        .meta({ description: 'Seconds to wait.' }),
    }),
    ...((status === 409 || status === 422) && { ETag: ETag.optional() }),
  }),
  content: { 'application/problem+json': { schema: Problem } },
}));

/**
 * Where the answer leads: what makes or lists things of a kind leads to everything that takes the id of one, and
 * other answers lead where a route names them in `leads`.
 */
function linksOf(source: Route, all: readonly Route[]): Record<string, ZodOpenApiLinkObject> {
  const links: Record<string, ZodOpenApiLinkObject> = {};
  for (const target of all) {
    const named = target.leads?.[source.operationId];
    const id = named ? undefined : idFor(target, source, all);
    const parameters = named ?? (id && { id });
    if (!parameters) continue;
    const isWhole = id === '/id';
    links[target.operationId] = {
      operationId: target.operationId,
      parameters: inAnswer(parameters),
      ...(isWhole && target.taken && { requestBody: inAnswer(target.taken) }),
    };
  }
  return links;
}

// Where in the answer the id stands that the target takes.
function idFor(target: Route, source: Route, all: readonly Route[]): string | undefined {
  const [, collection] = /^(\/[\w-]+)\/\{id\}/.exec(target.path) ?? [];
  if (collection === undefined || !source.answer.body) return undefined;
  if (source.path === collection) return source.method === 'get' ? '/items/0/id' : '/id';
  // What is read by itself, and what is made from it and is of its kind.
  const one = all.find(({ method, path }) => method === 'get' && path === `${collection}/{id}`);
  const isOne = one && source.path.startsWith(collection) && source.answer.body === one.answer.body;
  return isOne && (source === one || source.answer.status === 201) ? '/id' : undefined;
}

function inAnswer(pointers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pointers).map(([name, pointer]) => [name, `$response.body#${pointer}`]),
  );
}
