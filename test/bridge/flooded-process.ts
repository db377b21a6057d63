/** A process that is flooded with output, and how much its resident memory has grown by the end. */
import { run } from '../../bridge/exec.ts';

const FLOODS = 6;

/** @param stream the number of the descriptor, 1 or 2 */
async function flood(stream: number) {
  const args = ['-c', `head -c 160000000 /dev/zero | tr "\\0" x >&${stream}`];
  const { truncated, stdout } = await run({ file: '/bin/sh', args, timeoutMs: 20_000 });
  return { truncated, stdout };
}

const before = process.memoryUsage.rss();
const floods: object[] = [];
for (let count = 0; count < FLOODS; count += 1) floods.push(await flood(1 + (count % 2)));
const growthMb = (process.memoryUsage.rss() - before) / 1e6;
process.stdout.write(JSON.stringify({ floods, growthMb }));
