/** Gauges whose values are made for each scrape. */
import { Gauge, type Registry } from 'prom-client';

/** One value and its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

export interface LiveGaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly samples: () => Iterable<Sample>;
}

/**
 * Registers a gauge that has exactly the samples of the moment. A gauge that is set keeps the labels that it has once
 * had, and one without labels is 0 before it is set.
 */
export function registerLiveGauge(registry: Registry, options: LiveGaugeOptions): void {
  const { name, help, samples } = options;
  const gauge = new Gauge({ name, help, registers: [registry] });
  const get = gauge.get.bind(gauge);
  gauge.get = async () => ({
    ...(await get()),
    values: Array.from(samples(), ([labels, value]) => ({ labels, value })),
  });
}
