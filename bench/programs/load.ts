/** Load on one URL, in a process of its own. Prints answers per second. */
import autocannon from 'autocannon';
import { optionsOf, say } from '../answering.ts';

const { url, connections, seconds } = optionsOf<{
  url: string;
  connections: number;
  seconds: number;
}>();
const result = await autocannon({ url, connections, duration: seconds });
if (result.errors + result.non2xx + result.timeouts > 0) {
  throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} answers other than 2xx`);
}
say(String(result.requests.total / result.duration));
process.exit();
