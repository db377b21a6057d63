import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/real/**',
      'test/runtimes/**',
      'test/browser/**',
      'test/faults/**',
      'test/clients/**',
    ],
    globalSetup: ['test/support/built.ts'],
    // Tests mostly wait for processes and slow upstreams.
    maxWorkers: 6,
    // Modules hold immutable values only, so files of a worker share them: loading them again for each file would take
    // longer than the tests.
    isolate: false,
    // The contract suite waits for slow upstreams, so some of its cases run at a time.
    maxConcurrency: 6,
    // Long enough for a loaded machine, which takes ten times as long, so that only tests that hang time out.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
