/** The release this process is, as `package.json` states it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const manifest = path.join(import.meta.dirname, '..', 'package.json');

export const RELEASE = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
