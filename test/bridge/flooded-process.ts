/**
 * A process that is flooded with output, and by how much its memory has grown when `run` returns. It runs minor garbage
 * collections all the time (`node --expose-gc`) until then, so that what has grown was held by the code under test.
 */
import { run } from '../../bridge/exec.ts';

const FLOODS = 6;
const COLLECT_EVERY_MS = 5;

interface Memory {
  /** Of the process, in MB. */
  readonly resident: number;
  /** In buffers that are not collected, in MB. */
  readonly buffers: number;
}

function memory(): Memory {
  const { rss, arrayBuffers } = process.memoryUsage();
  return { resident: rss / 1e6, buffers: arrayBuffers / 1e6 };
}

/** @param stream the number of the descriptor, 1 or 2 */
async function flood(stream: number) {
  const args = ['-c', `head -c 160000000 /dev/zero | tr "\\0" x >&${stream}`];
  const collecting = setInterval(() => globalThis.gc?.({ type: 'minor' }), COLLECT_EVERY_MS);
  const { truncated, stdout } = await run({ file: '/bin/sh', args, timeoutMs: 20_000 });
  clearInterval(collecting);
  return { truncated, stdout };
}

const before = memory();
const floods: object[] = [];
const growth = { resident: 0, buffers: 0 };
for (let count = 0; count < FLOODS; count += 1) {
  floods.push(await flood(1 + (count % 2)));
  const now = memory();
  growth.resident = Math.max(growth.resident, now.resident - before.resident);
  growth.buffers = Math.max(growth.buffers, now.buffers - before.buffers);
}
process.stdout.write(JSON.stringify({ floods, growth, collected: globalThis.gc !== undefined }));
