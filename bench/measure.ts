/** Measures the sides in turn, so that other load on the machine affects all of them equally. */

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  /** Measures once. */
  readonly run: () => Promise<number>;
  /** Called after the last run. */
  readonly peakMb?: () => number;
}

export interface Measured {
  readonly name: string;
  /** In the order of the rounds. */
  readonly samples: readonly number[];
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly peakMb: number | null;
}

/** Runs all sides in turn, `rounds` times. With `warmUp` there is one more round before, which does not count. */
export async function measure(
  sides: readonly Side[],
  { rounds, warmUp = false }: { readonly rounds: number; readonly warmUp?: boolean },
): Promise<Measured[]> {
  const samples = sides.map((): number[] => []);
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const value = await side.run();
      if (round > 0) samples[index]?.push(value);
    }
  }
  return sides.map(({ name, peakMb }, index) => {
    const own = samples[index] ?? [];
    return {
      name,
      samples: own,
      median: median(own),
      lowest: Math.min(...own),
      highest: Math.max(...own),
      peakMb: peakMb?.() ?? null,
    };
  });
}

/** The median of the ratios of each round, because runs of one round had the same noise. */
export function ratio(above: Measured | undefined, below: Measured | undefined): number {
  const quotients = above?.samples.map((value, round) => value / (below?.samples[round] ?? 0));
  return median(quotients ?? []);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** How long `work` takes, milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
