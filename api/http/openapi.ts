/** The API's description in OpenAPI 3.1, made from the very schemas that check requests. */
import { createDocument } from 'zod-openapi';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import type { Route } from './route.ts';
import { Problem } from './shapes.ts';
import { streamRoute } from '../events/stream.ts';

/** The document for `/api/v1/openapi.json`. */
export function openApiDocument(routes: readonly Route[], baseUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of [...routes, streamRoute]) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  // Browsers take a name with this beginning over https only.
  const secure = baseUrl.startsWith('https:') ? '__Secure-' : '';
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Mapalus',
      version: '1',
      description:
        'Cooperation agreements between Indonesian regional governments and BPJS ' +
        'Ketenagakerjaan, from proposal to renewal.',
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
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { answer, access } = route;
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: Problem } },
  });
  const header = z.object({
    ...(route.idempotent && {
      'Idempotency-Key': z
        .string()
        .regex(/^[\w-]{16,128}$/)
        .meta({
          description: 'Repeating a request under the same key has the one outcome.',
        }),
    }),
    ...(route.versioned &&
      route.method !== 'get' && {
        'If-Match': z.string().optional().meta({ description: 'The ETag that was read.' }),
      }),
  });
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
      requestBody: { required: true, content: { 'application/json': { schema: route.body } } },
    }),
    responses: {
      [answer.status]: {
        description: 'The outcome.',
        ...(answer.body && { content: { 'application/json': { schema: answer.body } } }),
      },
      '401': problem('Nobody is signed in.'),
      '403': problem('The caller’s roles do not allow it.'),
      ...(route.params && { '404': problem('Unknown, or not for the caller.') }),
      ...(route.method !== 'get' && {
        '400': problem('Not JSON, or a header is wrong.'),
        '409': problem('Not now; `possible` says what is.'),
        '412': problem('Somebody changed it since it was read.'),
      }),
      '422': problem('A field is wrong; `errors` says which and how to mend it.'),
      '503': problem('The outcome is unknown; repeat under the same key.'),
    },
  };
}
