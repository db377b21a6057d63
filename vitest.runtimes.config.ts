import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

/** The contract on real workerd, Deno, Bun and Nodes; needs `npm ci --prefix test/runtimes`. */
export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: ['test/runtimes/setup.ts'],
    include: ['test/runtimes/*.test.ts'],
    // One runtime at a time, because a machine may have only two cores.
    fileParallelism: false,
    maxConcurrency: 16,
    // Many cases wait for hanging upstreams, so slow cases are not listed.
    slowTestThreshold: 10_000,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
