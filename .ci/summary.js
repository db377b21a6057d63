/**
 * `node summary.js FOLDER [FAILED_PHASE…]`: adds up vitest's JSON reports and prints the closing
 * line. A phase that failed without a failed test counts as one; so does a skipped test, because
 * in CI everything must run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', ...failedPhases] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const explained = new Set();

for (const file of readdirSync(folder).toSorted()) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const phase = file.replace(/\.json$/, '').replaceAll('-', ' ');
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded has no tests that could fail.
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some(isFailed),
  ).length;
  const failures = report.numFailedTests + skipped + broken;
  print(`${phase}: ${report.numPassedTests} passed, ${failures} failed (${skipped} skipped)`);
  passed += report.numPassedTests;
  failed += failures;
  if (failures > 0) explained.add(phase);
}
for (const phase of failedPhases.filter((name) => !explained.has(name.replaceAll('-', ' ')))) {
  print(`${phase}: failed`);
  failed += 1;
}
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function isFailed(assertion) {
  return assertion.status === 'failed';
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
