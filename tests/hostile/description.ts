/** The description as a tester takes it up: with the examples of the installation at hand, in their place. */
import type { Example, Examples } from './examples.ts';
import type { Count } from './place.ts';

/** What is not tried (`schemathesis.toml` says why). Signing in and out and the own password are not described. */
const LEFT_OUT = ['advanceClock'];

type Parameter = { name: string; in: string; example?: unknown };
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: unknown }> };
};
export type OpenApi = { paths: Record<string, Record<string, Operation>> };

/** Says of each operation that was never answered with a success what it was answered, by the product's count. */
export function neverAnswered({ paths }: OpenApi, counts: readonly Count[]): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => {
      const route = `/api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`;
      const own = counts.filter((count) => count.method === method && count.route === route);
      if (LEFT_OUT.includes(operationId) || own.some(({ status }) => status < 300)) return [];
      const seen = own.map(({ status, times }) => `${times} × ${status}`).join(', ');
      return [`${operationId} was never answered with a success (${seen || 'not asked'}).`];
    }),
  );
}

/** The same description, its examples those of the installation at hand. */
export function inPlace(description: OpenApi, { byOperation, samples }: Examples): OpenApi {
  const copy = structuredClone(description);
  for (const operation of Object.values(copy.paths).flatMap((path) => Object.values(path))) {
    const example: Example = byOperation[operation.operationId] ?? {};
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === 'path' && example.id !== undefined) parameter.example = example.id;
    }
    const media = operation.requestBody?.content['application/json'];
    if (media?.example === undefined) continue;
    media.example = { ...(withIds(media.example, samples) as object), ...example.body };
  }
  return copy;
}

function withIds(example: unknown, samples: Record<string, string>): unknown {
  return JSON.parse(JSON.stringify(example), (_name, value: unknown) =>
    typeof value === 'string' ? (samples[value] ?? value) : value,
  );
}
