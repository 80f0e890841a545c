import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    // Not threads: the native Temporal worker crashes when a second thread loads it.
    pool: 'forks',
    maxWorkers: 2,
    // Those that are marked concurrent wait for timeouts more than they work.
    maxConcurrency: 10,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
