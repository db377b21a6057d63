/** Whether a parser takes linear time, told by how its time grows with the size of its input. */
import { expect } from 'vitest';

/** The sizes double from here. */
const FIRST = 2000;
const LAST = 512_000;
/** Less is noise. */
const LEAST_MS = 2;
/** Growth that is not linear shows long before. */
const MOST_MS = 150;
/** Eight times the size may take this many times as long: linear growth is 8, quadratic growth 64. */
const MOST_GROWTH = 28;
const TRIES = 4;

export interface GrowthOptions {
  /** The largest input that can arrive; default: half a million. */
  readonly last?: number;
}

/**
 * @param make an input of about `size` characters
 * @param parse may throw
 */
export async function expectLinear<T>(
  make: (size: number) => T,
  parse: (input: T) => unknown,
  { last = LAST }: GrowthOptions = {},
): Promise<void> {
  let growth = Number.POSITIVE_INFINITY;
  for (let left = TRIES; left > 0 && growth > MOST_GROWTH; left--) {
    growth = Math.min(growth, await growthOf(make, parse, last));
  }
  expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
}

async function growthOf<T>(
  make: (size: number) => T,
  parse: (input: T) => unknown,
  last: number,
): Promise<number> {
  const times: number[] = [];
  for (let size = FIRST; size <= last; size *= 2) {
    const input = make(size);
    const ms = await bestOf(3, () => parse(input));
    times.push(ms);
    if (ms > MOST_MS) break;
  }
  const largest = times.at(-1) ?? 0;
  const eighth = times.at(-4) ?? times[0] ?? 0;
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
