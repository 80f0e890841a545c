/** The workflow code as one file, made once and used by every worker that starts. */
import { writeFile } from 'node:fs/promises';
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

/** Writes the bundle of these workflow types, of all there are when nothing is said, to this file. */
export async function writeWorkflowBundle(
  file: string,
  workflowsPath = path.join(ROOT, 'workflows', 'index.ts'),
): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(file, `(() => { ${UNTRACED_PROMISES}; })();${code}`);
}
