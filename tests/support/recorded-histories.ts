/** Lifecycles that were played once on the real server and are kept in `tests/histories/`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../config/root.ts';

/** One run of a workflow as the server told it. */
export type RecordedRun = { workflowId: string; history: { events: { eventType: string }[] } };

/** A lifecycle: every run that it took, in order. */
export type RecordedLife = { name: string; runs: RecordedRun[] };

const FOLDER = path.join(ROOT, 'tests', 'histories');

/** The file that holds a lifecycle. */
export function historyFile(name: string): string {
  return path.join(FOLDER, `${name}.json`);
}

/** Every lifecycle that has been recorded. */
export function recordedLifecycles(): RecordedLife[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: path.basename(file, '.json'),
      runs: JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as RecordedRun[],
    }));
}
