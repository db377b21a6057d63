/** The metrics of the service. Web standard: shared/node/metrics/ keeps the values, and an edge runtime none. */
import { type BaseMetrics, noBaseMetrics } from './base-metrics.ts';
import type { Count } from './counters.ts';
import { type FleetMetrics, noFleetMetrics } from './fleet-metrics.ts';
import { noUpstreamMetrics, type UpstreamMetrics } from './upstream-metrics.ts';

export interface Metrics extends BaseMetrics {
  readonly count: Count;
  /** Whether the last line or check of the journal worked. */
  journalWritable(isWritable: boolean): void;
  readonly fleet: FleetMetrics;
  readonly upstreams: UpstreamMetrics;
}

/** Keeps nothing. */
export const noMetrics: Metrics = {
  ...noBaseMetrics,
  count: () => undefined,
  journalWritable: () => undefined,
  fleet: noFleetMetrics,
  upstreams: noUpstreamMetrics,
};
