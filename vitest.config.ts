import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/runtimes/**'],
    globalSetup: ['test/support/built.ts'],
    // Tests wait for processes and slow upstreams more than they compute.
    maxWorkers: 5,
    // The contract suite waits for slow upstreams: many at a time.
    maxConcurrency: 16,
    // Only what hangs fails by its time: a loaded machine takes ten times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
