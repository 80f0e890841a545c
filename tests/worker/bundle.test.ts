/** What the workflow bundle replaces in the SDK must be there to be replaced. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { missingTracing } from '../../worker/bundle.ts';

const worker = createRequire(import.meta.url).resolve('@temporalio/worker');
const source = readFileSync(path.join(path.dirname(worker), 'workflow/vm-shared.js'), 'utf8');

test('the installed SDK traces promises as the bundle expects', () => {
  expect(missingTracing(source)).toBeUndefined();
});

test('an SDK that asks for another text is noticed, and by which line', () => {
  const other = source.replace("fn('return globalThis.Error')", "fn('return Error')");

  expect(missingTracing(other)).toBe("const ErrorCtor = fn('return globalThis.Error')();");
});
