/** The workflow code as one file, made once and used by every worker that starts. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ROOT } from '../config/root.ts';

/**
 * The SDK keeps a stack trace of every promise that a workflow makes, for a query that only
 * developers ask, and compiles two functions a promise to get at it: a quarter of a workflow's
 * time. It asks for them by their text, so here they stand ready: the one that tells in whose
 * workflow a promise was made, and, for `Error`, one that takes no trace. Real errors keep theirs.
 * Set here because workflow code finds its globals frozen, and on the first line because lines are
 * counted by the source map.
 */
const UNTRACED_PROMISES = [
  'class Untraced {}',
  'const whose = () => globalThis.__TEMPORAL_ACTIVATOR__, untraced = () => Untraced',
  "const constructor = (text) => (text === 'return globalThis.Error' ? untraced : whose)",
  "Object.defineProperty(Promise, 'constructor', { value: constructor })",
].join('; ');

/** The lines of the SDK that `UNTRACED_PROMISES` answers, as they must stand there. */
const TRACING_LINES = [
  'const ctor = promise.constructor.constructor;',
  "return ctor('return globalThis.__TEMPORAL_ACTIVATOR__')();",
  'const fn = promise.constructor.constructor;',
  "const ErrorCtor = fn('return globalThis.Error')();",
];

/** Writes the bundle of these workflow types, of all there are when nothing is said, to this file. */
export async function writeWorkflowBundle(
  file: string,
  workflowsPath = path.join(ROOT, 'workflows', 'index.ts'),
): Promise<void> {
  await requireKnownTracing();
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(file, `(() => { ${UNTRACED_PROMISES}; })();${code}`);
}

async function requireKnownTracing(): Promise<void> {
  const worker = createRequire(import.meta.url).resolve('@temporalio/worker');
  const file = path.join(path.dirname(worker), 'workflow/vm-shared.js');
  const missing = missingTracing(await readFile(file, 'utf8'));
  if (missing !== undefined) {
    throw new Error(
      `The Temporal SDK no longer traces promises as worker/bundle.ts expects: ${file} lacks ` +
        `\`${missing}\`. Adapt UNTRACED_PROMISES to this version of the SDK, or remove it.`,
    );
  }
}

/** The first line of the SDK's tracing that this source lacks; undefined when all are there. */
export function missingTracing(source: string): string | undefined {
  return TRACING_LINES.find((line) => !source.includes(line));
}
