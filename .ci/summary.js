/**
 * `node summary.js FOLDER [FAILED_PHASE…]`: adds up vitest's JSON reports, prints the parts of the
 * sum, and then the sum. A phase that failed without a failed test counts as a failed test; so does
 * a skipped test, because in CI everything must run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', ...failedPhases] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const explained = new Set();

/** The kind of a test by its file and phase, and where the same tests run again. The first match wins. */
const KINDS = [
  { files: /contract\.test\.ts$|\/contract\//, tests: 'contract cases', places: 'deployments' },
  { files: /\/test\/runtimes\//, tests: 'other tests of edge runtimes', places: 'phases' },
  { files: /\/test\/browser\//, tests: 'tests in Chromium', places: 'phases' },
  { files: /\/test\/faults\//, tests: 'tests of faults', places: 'phases' },
  { files: /\/test\/clients\//, tests: 'tests of generated clients', places: 'phases' },
  { files: /\/test\/real\//, tests: 'tests on real programs', places: 'phases' },
  { phases: /random cases$/, files: /./, tests: 'test over random cases', places: 'properties' },
  { files: /./, tests: 'tests', places: 'Nodes' },
].map((kind) => ({ ...kind, passedIn: new Map() }));

for (const file of readdirSync(folder).toSorted()) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const phase = file.replace(/\.json$/, '').replaceAll('-', ' ');
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded has no failed tests, so the file itself counts.
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some(isFailed),
  ).length;
  const failures = report.numFailedTests + skipped + broken;
  print(`${phase}: ${report.numPassedTests} passed, ${failures} failed (${skipped} skipped)`);
  passed += report.numPassedTests;
  failed += failures;
  if (failures > 0) explained.add(phase);
  for (const { name, assertionResults } of report.testResults)
    countKinds(phase, name, assertionResults);
}
for (const phase of failedPhases.filter((name) => !explained.has(name.replaceAll('-', ' ')))) {
  print(`${phase}: failed`);
  failed += 1;
}
for (const { tests, places, passedIn } of KINDS.filter((kind) => kind.passedIn.size > 0)) {
  const counts = [...passedIn.values()];
  const sum = counts.reduce((a, b) => a + b, 0);
  const where = counts.length === 1 ? '' : ` on ${counts.length} ${places}: ${sum}`;
  print(`${Math.max(...counts)} ${tests}${where}`);
}
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** The outermost block of the contract suite names the deployment. Other tests run once per phase. */
function countKinds(phase, file, assertions) {
  const kind = KINDS.find(({ files, phases = /./ }) => files.test(file) && phases.test(phase));
  for (const { ancestorTitles } of assertions.filter(({ status }) => status === 'passed')) {
    const place = kind === KINDS[0] ? ancestorTitles[0] : phase;
    kind.passedIn.set(place, (kind.passedIn.get(place) ?? 0) + 1);
  }
}

function isFailed(assertion) {
  return assertion.status === 'failed';
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
