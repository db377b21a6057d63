import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/runtimes/**'],
    // The contract suite waits for slow upstreams: many at a time.
    maxConcurrency: 16,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
