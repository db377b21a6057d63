/** Counts and measures the runs of crictl. */
import { Histogram, type Registry } from 'prom-client';
import { CRICTL_RUN_KINDS } from '../../ports/metrics/base-counters.ts';
import type { BaseMetrics } from '../../ports/metrics/base-metrics.ts';

/** From a small host to the default of `crictl_timeout_ms`, and beyond it, seconds. */
const RUN_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function measureCrictl(
  count: BaseMetrics['count'],
  registers: Registry[],
): BaseMetrics['crictlRan'] {
  const duration = new Histogram({
    name: 'image_api_crictl_run_duration_seconds',
    help: 'Time from the start of crictl until its output was read completely.',
    labelNames: ['kind'] as const,
    buckets: RUN_BUCKETS,
    registers,
  });
  for (const kind of CRICTL_RUN_KINDS) duration.zero({ kind });
  return ({ kind, outcome, ms }) => {
    count('image_api_crictl_runs_total', { kind, outcome });
    duration.observe({ kind }, ms / 1000);
  };
}
