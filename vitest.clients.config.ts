import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

/** Clients that are made from the OpenAPI document: generated ones, and one that tries everything (schemathesis). */
export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: ['test/clients/setup.ts'],
    include: ['test/clients/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
