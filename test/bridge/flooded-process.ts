/** A process that is flooded with output, and how much its resident memory has grown by the end. */
import { run } from '../../bridge/exec.ts';

const FLOODS = 6;
const args = ['-c', 'head -c 80000000 /dev/zero | tr "\\0" x'];

async function flood() {
  const { truncated, stdout } = await run({ file: '/bin/sh', args, timeoutMs: 20_000 });
  return { truncated, stdout };
}

const before = process.memoryUsage.rss();
const floods: object[] = [];
for (let count = 0; count < FLOODS; count += 1) floods.push(await flood());
const growthMb = (process.memoryUsage.rss() - before) / 1e6;
process.stdout.write(JSON.stringify({ floods, growthMb }));
