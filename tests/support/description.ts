/**
 * What the API says of itself in OpenAPI, held against what it answers: status, headers, media type and body.
 * Whoever knows Mapalus by its description only sees no more than this.
 */
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../api/http/openapi.ts';
import type { Route } from '../../api/http/route.ts';

export type Answered = { status: number; headers: Headers; text: string; body: unknown };

/** What is wrong with an answer, by the description; undefined when nothing is. */
export type Description = (method: string, path: string, answered: Answered) => string | undefined;

type Schema = Record<string, unknown>;
type Response = {
  headers?: Record<string, { required?: boolean; schema: Schema }>;
  content?: Record<string, { schema: Schema }>;
};
type Operation = { responses: Record<string, Response | { $ref: string }> };

/** Holds answers against the description of these routes. */
export function describe(routes: readonly Route[]): Description {
  // As it is sent, and not as it is made.
  const document = JSON.parse(JSON.stringify(openApiDocument(routes, 'http://mapalus.test'))) as {
    paths: Record<string, Record<string, Operation>>;
    components: { responses: Record<string, Response> };
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // As published it calls itself a module and is none.
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<Schema, ValidateFunction>();
  const paths = Object.keys(document.paths).map((path) => ({ path, pattern: patternOf(path) }));

  return (method, target, answered) => {
    const found = paths.find(({ pattern }) => pattern.test(target));
    const { status, headers } = answered;
    if (!found) return status === 404 ? undefined : 'at a path that is not described';
    const methods = document.paths[found.path] ?? {};
    const operation = methods[method.toLowerCase()];
    if (!operation) return status === 405 ? wrongAllow(headers, methods) : 'to no known method';
    const named = operation.responses[status];
    if (!named) return 'which the description does not know here';
    const response =
      '$ref' in named ? document.components.responses[named.$ref.split('/').at(-1) ?? ''] : named;
    return response && (wrongHeader(response, headers) ?? wrongContent(response, answered));
  };

  function wrongHeader(
    { headers: described = {} }: Response,
    headers: Headers,
  ): string | undefined {
    for (const [name, { required = false, schema }] of Object.entries(described)) {
      const value = headers.get(name);
      if (value === null && required) return `without ${name}`;
      const wrong = value === null ? undefined : wrongBy(schema, value);
      if (wrong !== undefined) return `with a wrong ${name} (${wrong})`;
    }
    return undefined;
  }

  function wrongContent(
    { content }: Response,
    { headers, text, body }: Answered,
  ): string | undefined {
    if (!content) return text === '' ? undefined : 'with a body that is not described';
    const type = headers.get('content-type')?.split(';')[0] ?? 'nothing';
    const media = content[type];
    if (!media) return `as ${type}, which is not described`;
    const wrong = wrongBy(media.schema, body);
    return wrong === undefined ? undefined : `against its description (${wrong})`;
  }

  // A schema is found again by where it stands, so that what it refers to is found from there.
  function wrongBy(schema: Schema, value: unknown): string | undefined {
    const known = compiled.get(schema);
    const check = known ?? ajv.compile(withinDocument(schema));
    compiled.set(schema, check);
    return check(value) ? undefined : ajv.errorsText(check.errors);
  }
}

function withinDocument(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')) as Schema;
}

function wrongAllow(headers: Headers, methods: Record<string, Operation>): string | undefined {
  const described = Object.keys(methods).flatMap((each) =>
    each === 'get' ? [each, 'head'] : each,
  );
  const allowed = (headers.get('allow') ?? '').toLowerCase().split(', ');
  const isSame = described.sort().join() === allowed.sort().join();
  return isSame ? undefined : `and allows ${allowed.join()} where ${described.join()} is described`;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^(/api/v1)?${path.replace(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`);
}
