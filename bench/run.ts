/**
 * `npm run bench [NAME …]`: the built service against what a user would use otherwise, both sides in one
 * run. Times depend on the machine, so the ratios are the results. It writes bench/results/NAME.json, and the tables
 * and plots of docs/performance.md from all of them.
 */

import { cleanup } from './cleanup.ts';
import { beginCutBodies } from './cut-bodies.ts';
import { writeDocumentation } from './documentation.ts';
import { fresh } from './fresh.ts';
import { goodput } from './goodput.ts';
import { growth } from './growth.ts';
import { images } from './images.ts';
import { localImages } from './local-images.ts';
import { longLists } from './long-lists.ts';
import { memory } from './memory.ts';
import { metrics } from './metrics.ts';
import { nodes } from './nodes.ts';
import { buildPrograms } from './program.ts';
import { summary, takeSections } from './report.ts';
import { writeResult } from './result.ts';
import { buildService } from './service.ts';
import { start } from './start.ts';
import { ui } from './ui.ts';

const BENCHMARKS = {
  fresh,
  'local-images': localImages,
  'long-lists': longLists,
  images,
  goodput,
  start,
  memory,
  nodes,
  cleanup,
  metrics,
  ui,
  growth,
  'cut-bodies': async () => (await waiting)?.(),
} as const;

type Name = keyof typeof BENCHMARKS;

const all = Object.keys(BENCHMARKS) as Name[];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.some((one) => one === name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}\n`);
  process.exit(1);
}
// A normal exit, so that the started processes end, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

buildService();
await buildPrograms();
const isAsked = (name: Name) => asked.length === 0 || asked.includes(name);
const waiting = isAsked('cut-bodies') ? beginCutBodies() : null;
for (const name of all.filter(isAsked)) {
  await BENCHMARKS[name]();
  writeResult(name, takeSections());
}
writeDocumentation();
summary();
