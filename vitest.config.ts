import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';

/** What needs no server: rules, texts, settings. */
const UNIT = [
  'tests/domain/**',
  'tests/texts/**',
  'tests/local/{home,port,settings,temporal-binary}.test.ts',
  'tests/demo/checking.test.ts',
  'tests/hostile/**',
  'tests/api/http/unavailable.test.ts',
  'tests/worker/bundle.test.ts',
];

/** The story that the demonstration plays, and its folder. */
const DEMO = ['tests/demo/**'];

/** What starts the product's own processes, and ends or kills them. */
const PROCESSES = [
  'tests/local/**',
  'tests/storm/**',
  'tests/api/{canary,interruptions}.test.ts',
  'tests/worker/{by-processes,upgrade}.test.ts',
  'tests/workflows/{crashes,temporal-outages}.test.ts',
];

/** The pages, in a browser. */
const WEB = ['tests/web/**'];

/** The API over HTTP, in the process of the test. */
const API = ['tests/api/**'];

/** A database, a worker and the mail, in the process of the test. */
const ENGINE = ['tests/{mail,prisma,worker,workflows}/**'];

/**
 * Temporal's workers run workflows in the thread of the test; each would take one of its own, and half a
 * second of a processor to start it. Not where processes of the product would inherit it.
 */
const IN_THREAD = { TEMPORAL_DEBUG: 'true' };

export default defineConfig({
  test: {
    // One more than the processors of the smallest machine: most tests wait for servers of their own.
    maxWorkers: 3,
    // A file belongs to the first that names it.
    projects: projects([
      ['unit', UNIT, { globalSetup: [] }],
      ['demo', DEMO],
      ['processes', PROCESSES],
      ['web', WEB],
      ['api', API, { env: IN_THREAD }],
      ['engine', ENGINE, { env: IN_THREAD }],
    ]),
  },
});

type Only = TestProjectInlineConfiguration['test'];

function projects(rows: [name: string, files: string[], only?: Only][]) {
  return rows.map(([name, files, only], at): TestProjectInlineConfiguration => ({
    test: {
      name,
      include: files.map((each) => each.replace(/\*\*$/, '**/*.test.ts')),
      exclude: rows.slice(0, at).flatMap(([, earlier]) => earlier),
      globalSetup: ['tests/global-setup.ts'],
      // Not threads: the native Temporal worker crashes when a second thread loads it.
      pool: 'forks',
      // What a file imports takes seconds, so a process keeps it for the next file.
      isolate: false,
      // Those that are marked concurrent wait for timeouts more than they work.
      maxConcurrency: 10,
      // These end tests that hang. They are far above what a test takes on a busy machine.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      expect: { poll: { timeout: 60_000 } },
      ...only,
    },
  }));
}
