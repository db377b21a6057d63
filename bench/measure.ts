/** Measures the sides of a comparison in turn, so that other load on the machine affects all of them equally. */
import type { Unit } from './goals.ts';

/** One side of a comparison. */
export interface Side {
  /** The question. All sides with the same question are compared with the first of them. */
  readonly what: string;
  readonly who: string;
  readonly unit: Unit;
  /** Measures once. */
  readonly run: () => Promise<number>;
}

export interface Measured extends Omit<Side, 'run'> {
  /** In the order of the rounds. */
  readonly samples: readonly number[];
}

/**
 * Runs all sides, `rounds` times. Every second round takes those who are measured in the opposite order; the sides of
 * one of them keep theirs. With `warmUp` there is one more round before, which does not count.
 */
export async function measure(
  sides: readonly Side[],
  { rounds, warmUp = false }: { readonly rounds: number; readonly warmUp?: boolean },
): Promise<readonly Measured[]> {
  const measured = sides.map((side) => ({ ...side, samples: [] as number[] }));
  const inOrder = [...new Set(sides.map(({ who }) => who))];
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    const order = round % 2 === 0 ? inOrder.toReversed() : inOrder;
    for (const side of order.flatMap((who) => measured.filter((one) => one.who === who))) {
      const value = await side.run();
      if (round > 0) side.samples.push(value);
    }
  }
  return measured;
}

/** The median of `of` in each round divided by `by` in the same round, because these had the same noise. */
export function ratio(of: Measured, by: Measured): number {
  return median(of.samples.map((value, round) => value / (by.samples[round] ?? Number.NaN)));
}

/** The median of the differences of each round. */
export function above(of: Measured, base: Measured): number {
  return median(of.samples.map((value, round) => value - (base.samples[round] ?? Number.NaN)));
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
