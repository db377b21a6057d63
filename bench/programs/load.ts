/** Load on one URL, in a process of its own. Prints what was answered and what was refused, each per second. */
import autocannon from 'autocannon';
import { optionsOf, say } from '../answering.ts';
import type { Load, LoadOptions } from '../load.ts';

const { url, connections, seconds, mayRefuse } = optionsOf<LoadOptions>();
const result = await autocannon({ url, connections, duration: seconds, timeout: 60 });
const lost = result.errors + result.timeouts;
if (lost > 0 || (result.non2xx > 0 && !mayRefuse)) {
  throw new Error(`${url}: ${lost} errors, ${result.non2xx} answers other than 2xx`);
}
const answered = result['2xx'] / result.duration;
const load: Load = { answered, refused: result.non2xx / result.duration };
say(JSON.stringify(load));
process.exit();
