/** What this process is: the product's version, and the release of the workflow code that it runs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.ts';

const manifest = path.join(ROOT, 'package.json');

/** The version of the product, as `package.json` states it. */
export const VERSION = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;

/**
 * The release of a bundle of workflow code: twelve digits of its hash. The map of its sources, which is
 * its last line, names the folder that it was built in and does not count.
 */
export function releaseOf(bundlePath: string): string {
  const bundle = readFileSync(bundlePath, 'utf8');
  const map = bundle.lastIndexOf('//# sourceMappingURL=');
  const code = map < 0 ? bundle : bundle.slice(0, map);
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}
