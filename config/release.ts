/** The release this process is, as `package.json` states it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.ts';

const manifest = path.join(ROOT, 'package.json');

export const RELEASE = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
