/**
 * `npm run bench [NAME …]`: the built service against what a user would use otherwise, both sides in one
 * run. Times depend on the machine, so the ratios are the results.
 */
import { cutBodies } from './cut-bodies.ts';
import { goodput } from './goodput.ts';
import { growth } from './growth.ts';
import { images } from './images.ts';
import { localImages } from './local-images.ts';
import { longLists } from './long-lists.ts';
import { memory } from './memory.ts';
import { nodes } from './nodes.ts';
import { buildPrograms } from './program.ts';
import { summary } from './report.ts';
import { buildService } from './service.ts';
import { start } from './start.ts';
import { tracing } from './tracing.ts';
import { ui } from './ui.ts';

const BENCHMARKS = {
  'local-images': localImages,
  'long-lists': longLists,
  images,
  goodput,
  start,
  tracing,
  memory,
  nodes,
  ui,
  growth,
  'cut-bodies': cutBodies,
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
for (const name of all) if (asked.length === 0 || asked.includes(name)) await BENCHMARKS[name]();
summary();
