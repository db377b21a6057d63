import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

/** The pages in Chromium; needs the packages `chromium` and `fonts-dejavu-core` of Debian 12. */
export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: ['test/browser/setup.ts'],
    include: ['test/browser/**/*.test.ts'],
    // `npm run screenshots` runs it alone.
    exclude: process.env['SCREENSHOTS'] ? [] : ['test/browser/screenshots.test.ts'],
    // Each has a Chromium of its own, and a machine may have only two cores.
    maxWorkers: 2,
    expect: { poll: { timeout: 40_000 } },
    slowTestThreshold: 10_000,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
