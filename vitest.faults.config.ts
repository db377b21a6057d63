import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

/** Faults of the network, of upstreams, clients, the host and the process, against the built service as a process. */
export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: ['test/faults/setup.ts'],
    include: ['test/faults/**/*.test.ts'],
    // Most of the time they wait for timeouts and recoveries, even on two cores.
    maxWorkers: 4,
    // Longer than any bound within a test, so that a test that fails says why.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
