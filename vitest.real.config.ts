import { defineConfig } from 'vitest/config';

const report = process.env['TEST_REPORT'];

/** The suite on real programs: root on Debian 12 with the packages that `.ci/run` installs. */
export default defineConfig({
  test: {
    // `.ci/run` counts from these.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: ['test/real/setup.ts'],
    include: ['test/real/**/*.test.ts'],
    // One containerd, one nginx, one systemd at a time, because a machine may have only two cores.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
