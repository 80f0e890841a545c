/** The workflow code as one file, made once and used by every worker that starts. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ROOT } from '../config/root.ts';

/**
 * The SDK keeps a stack trace of every promise that a workflow makes, for a query that only
 * developers ask, and looks each of its frames up in the source map: a third of a workflow's time.
 * One frame tells where a workflow waits. Set here because workflow code finds `Error` frozen, and
 * on the first line because lines are counted by the source map.
 */
const SHORT_STACKS = 'Error.stackTraceLimit = 1;';

/** Writes the bundle of all workflow types to this file. */
export async function writeWorkflowBundle(file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows', 'index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(file, `${SHORT_STACKS}${code}`);
}
