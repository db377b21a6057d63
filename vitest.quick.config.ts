import { defineConfig } from 'vitest/config';

/** The tests that start no process and need no build: for every save. */
export default defineConfig({
  test: {
    include: [
      'test/architecture.test.ts',
      'test/ports/**/*.test.ts',
      'test/shared/{values,ports,domain,adapters,http}/**/*.test.ts',
    ],
    // Properties take longer; `npm test` runs them.
    exclude: [
      'test/**/never-*.test.ts',
      'test/**/one-verdict.test.ts',
      'test/**/every-image.test.ts',
    ],
    isolate: false,
    testTimeout: 60_000,
  },
});
