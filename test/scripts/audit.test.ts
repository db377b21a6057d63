/** `npm run audit` over an `npm` and an OSV that answer as the test says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { testFolder } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm audit signatures` does, as a shell script. */
const SIGNATURES = {
  verified: 'echo "344 packages have verified registry signatures"',
  invalid: 'echo "1 package has an invalid registry signature:"; exit 1',
  missing: 'echo "2 packages have missing registry signatures:"; exit 1',
  unreachable:
    'echo "npm error network request to https://r.test/-/npm/v1/keys failed" >&2; exit 1',
};
/** What `fetch` returns for `count` packages, as JavaScript. */
const ADVISORIES = {
  none: 'Response.json({ results: Array(count).fill({}) })',
  one: 'Response.json({ results: Array(count).fill({}).with(0, { vulns: [{ id: "GHSA-1" }] }) })',
  unreachable:
    'Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND api.osv.dev") }))',
};

/** Runs it. */
function audit(signatures: keyof typeof SIGNATURES, advisories: keyof typeof ADVISORIES) {
  const folder = testFolder();
  const npm = join(folder, 'npm');
  writeFileSync(npm, `#!/bin/sh\n${SIGNATURES[signatures]}\n`);
  chmodSync(npm, 0o755);
  const osv = join(folder, 'osv.mjs');
  writeFileSync(
    osv,
    `globalThis.fetch = async (_, { body }) => {
      const count = JSON.parse(body).queries.length;
      return ${ADVISORIES[advisories]};
    };`,
  );
  const args = ['--import', osv, '--import', 'tsx', 'scripts/audit.ts'];
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  return { stdout, status };
}

it.each([
  ['verified', 'none', 0, ['344 packages have verified', 'OSV knows 0 advisories']],
  ['invalid', 'none', 1, ['1 package has an invalid', 'OSV knows 0 advisories']],
  ['missing', 'none', 1, ['2 packages have missing', 'OSV knows 0 advisories']],
  ['verified', 'one', 1, ['344 packages have verified', 'OSV knows 1 advisories', ': GHSA-1']],
  [
    'unreachable',
    'none',
    0,
    ['The signatures could not be checked: network request to https://r.test', 'OSV knows 0'],
  ],
  ['unreachable', 'one', 1, ['The signatures could not be checked: ', ': GHSA-1']],
  [
    'invalid',
    'unreachable',
    1,
    ['an invalid', 'The advisories could not be checked: getaddrinfo ENOTFOUND api.osv.dev'],
  ],
  ['unreachable', 'unreachable', 0, ['The signatures could not', 'The advisories could not']],
] as const)('with signatures that are %s and advisories that are %s, exits with %i', (...row) => {
  const [signatures, advisories, code, lines] = row;
  const { stdout, status } = audit(signatures, advisories);

  for (const line of lines) expect(stdout).toContain(line);
  expect(status).toBe(code);
});
