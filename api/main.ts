/** The API process: the REST interface, the event stream and the pages. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createLog } from '../config/log.ts';
import { runService } from '../config/process.ts';
import { ROOT } from '../config/root.ts';
import { readSettings } from '../config/settings.ts';
import { startApi } from './server.ts';

const PAGES = path.join(ROOT, 'build', 'web');

const log = createLog('api', process.env['LOG_LEVEL'] ?? 'info');
await runService(log, () =>
  startApi(readSettings(), log, existsSync(PAGES) ? { pages: PAGES } : {}),
);
