/** The API process: the REST interface, the event stream and the pages. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runService } from '../config/process.ts';
import { ROOT } from '../config/root.ts';
import { startApi } from './server.ts';

const PAGES = path.join(ROOT, 'build', 'web');

await runService('api', (settings, log) =>
  startApi(settings, log, existsSync(PAGES) ? { pages: PAGES } : {}),
);
