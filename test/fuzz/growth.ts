/** Whether a parser takes linear time, told by how its time grows with the size of its input. */

/** Less is noise. */
const LEAST_MS = 2;
/** Growth that is not linear shows long before. */
const MOST_MS = 80;
/** Eight times the size may take this many times as long: linear growth is 8, quadratic growth 64. */
const MOST_GROWTH = 28;
const TRIES = 4;

/**
 * @param make an input of about `size` characters
 * @param parse may throw
 * @param last the largest input that can arrive
 */
export async function isLinear<T>(
  make: (size: number) => T,
  parse: (input: T) => unknown,
  last = 128_000,
): Promise<boolean> {
  for (let left = TRIES; left > 0; left--) {
    if ((await growthOf(make, parse, last)) <= MOST_GROWTH) return true;
  }
  return false;
}

async function growthOf<T>(
  make: (size: number) => T,
  parse: (input: T) => unknown,
  last: number,
): Promise<number> {
  const times: number[] = [];
  for (const size of [last / 64, last / 8, last]) {
    const input = make(size);
    const ms = await bestOf(3, () => parse(input));
    times.push(ms);
    if (ms > MOST_MS) break;
  }
  const largest = times.at(-1) ?? 0;
  const eighth = times.at(-2) ?? 0;
  return largest / Math.max(eighth, LEAST_MS);
}

async function bestOf(times: number, work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let left = times; left > 0 && best > LEAST_MS / 2; left--) {
    const before = process.cpuUsage();
    try {
      await work();
    } catch {
      // A refusal takes time too.
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
