/**
 * `npm run bench [NAME …] [-- --against DIR]`: the built service against what a user would use otherwise, all sides in
 * one run. Times depend on the machine, so the ratios are the results. With `--against`, the build of another checkout
 * is one more side.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cleanup } from './cleanup.ts';
import { crowd } from './crowd.ts';
import { fresh } from './fresh.ts';
import { functions } from './functions.ts';
import { journal } from './journal.ts';
import { localImages } from './local-images.ts';
import { longLists } from './long-lists.ts';
import { memory } from './memory.ts';
import { nodes } from './nodes.ts';
import { pages } from './pages.ts';
import { buildPrograms, ROOT } from './program.ts';
import { summary } from './report.ts';
import { type Build, runBuild, SERVICE } from './service.ts';
import { start } from './start.ts';

const BENCHMARKS: Readonly<Record<string, (builds: readonly Build[]) => Promise<void>>> = {
  fresh,
  'local-images': localImages,
  'long-lists': longLists,
  memory,
  nodes,
  cleanup,
  journal,
  crowd,
  pages,
  start,
  functions,
};

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' } },
});
const unknown = asked.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  const all = Object.keys(BENCHMARKS).join(', ');
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${all}\n`);
  process.exit(1);
}
// A normal exit, so that the started processes end, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const builds: Build[] = [{ name: SERVICE, folder: ROOT }];
if (values.against !== undefined) {
  builds.push({ name: `service of ${values.against}`, folder: path.resolve(values.against) });
}
runBuild('--if-stale');
await buildPrograms();
for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
  if (asked.length === 0 || asked.includes(name)) await benchmark(builds);
}
summary();
