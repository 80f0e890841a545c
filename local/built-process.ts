/** The processes that `npm run build` makes, by the names of their files in `build/`. */
import path from 'node:path';
import { ROOT } from '../config/root.ts';

/** Each process and the source it is built from. */
export const PROCESSES = {
  start: 'local/main.ts',
  'with-running-stack': 'local/with-running-stack.ts',
  mailbox: 'local/mailbox.ts',
  demo: 'demo/main.ts',
  api: 'api/main.ts',
  migrate: 'api/migrate-main.ts',
  worker: 'worker/main.ts',
  'upgrade-check': 'worker/upgrade-check.ts',
  'restore-lifecycles': 'worker/restore-lifecycles.ts',
  'audit-verify': 'worker/audit-verify.ts',
} as const;

export type BuiltProcess = keyof typeof PROCESSES;

/** The file to run; of this product, or of a copy of it. */
export function builtProcess(name: BuiltProcess, product = ROOT): string {
  return path.join(product, 'build', `${name}.js`);
}
