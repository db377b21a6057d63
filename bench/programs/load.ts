/** Load on one URL, in a process of its own. Prints how many answers arrived per second. */
import { optionsOf, say } from '../answering.ts';
import { connect } from '../client.ts';
import type { LoadOptions } from '../load.ts';

const { url, connections, seconds } = optionsOf<LoadOptions>();
const opened = await Promise.all(Array.from({ length: connections }, () => connect(url)));
const endsAtMs = performance.now() + seconds * 1_000;
const counts = await Promise.all(
  opened.map(async ({ get }) => {
    let count = 0;
    for (; performance.now() < endsAtMs; count++) await get();
    return count;
  }),
);
say(String(counts.reduce((sum, count) => sum + count, 0) / seconds));
process.exit();
