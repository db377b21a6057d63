/** Counters whose labels have closed lists of values. */
import { Counter, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, readonly string[]>>;

export interface ClosedCounterOptions<L extends Labels> {
  readonly name: string;
  readonly help: string;
  /** The values of each label. */
  readonly labels: L;
  readonly registers: Registry[];
}

/** Counts one more, or `by`. */
export type Count<L extends Labels> = (
  values: { readonly [Label in keyof L]: L[Label][number] },
  by?: number,
) => void;

/**
 * Makes a counter that exists with 0 for each combination of values, because `rate()` does not see the first increment
 * of a series that begins with it.
 */
export function closedCounter<const L extends Labels>({
  labels,
  ...options
}: ClosedCounterOptions<L>): Count<L> {
  const counter = new Counter({ ...options, labelNames: Object.keys(labels) });
  for (const values of combinations(labels)) counter.inc(values, 0);
  return (values, by = 1) => counter.inc({ ...values }, by);
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (found, [label, values]) =>
      found.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
