import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    // Not threads: the native Temporal worker crashes when a second thread loads it.
    pool: 'forks',
    // One more than the processors of the smallest machine: most tests wait for servers of their own.
    maxWorkers: 3,
    // Those that are marked concurrent wait for timeouts more than they work.
    maxConcurrency: 10,
    // These end tests that hang. They are far above what a test takes on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
