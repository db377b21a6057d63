/** Keeps counters of a table. */
import { Counter, type Registry } from 'prom-client';
import type { CounterTable } from '../../ports/metrics/base-counters.ts';

export type Part = CounterTable[string]['of'];
type Labels = Readonly<Record<string, readonly string[]>>;

/**
 * Makes the counters of these parts of a process. Each exists with 0 for each combination of values, because `rate()` does
 * not see the first increment of a series that begins with it.
 */
export function createCounters(table: CounterTable, parts: readonly Part[], registers: Registry[]) {
  const counters = new Map<string, Counter>();
  for (const [name, { of, help, labels }] of Object.entries(table)) {
    if (!parts.includes(of)) continue;
    const counter = new Counter({ name, help, labelNames: Object.keys(labels), registers });
    for (const values of combinations(labels)) counter.inc(values, 0);
    counters.set(name, counter);
  }
  return (name: string, labels: object, by = 1): void => {
    const values: Readonly<Record<string, string>> = { ...labels };
    // Sizes that Harbor reports may be negative, and a counter refuses that.
    counters.get(name)?.inc(values, Math.max(0, by));
  };
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (found, [label, values]) =>
      found.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
