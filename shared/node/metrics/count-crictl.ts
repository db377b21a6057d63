/** Counts the runs of crictl. */
import { Histogram, type Registry } from 'prom-client';
import {
  CRICTL_RUN_KINDS,
  CRICTL_RUN_OUTCOMES,
  type CrictlMetrics,
} from '../../ports/metrics/crictl-metrics.ts';
import { closedCounter } from './closed-counter.ts';

/** From a small host to the default of `crictl_timeout_ms`, and beyond it, seconds. */
const RUN_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function countCrictl(registers: Registry[]): CrictlMetrics {
  const runs = closedCounter({
    name: 'image_api_crictl_runs_total',
    help: 'Runs of crictl by what they read and how they ended.',
    labels: { kind: CRICTL_RUN_KINDS, outcome: CRICTL_RUN_OUTCOMES },
    registers,
  });
  const duration = new Histogram({
    name: 'image_api_crictl_run_duration_seconds',
    help: 'Time from the start of crictl until its output was read completely.',
    labelNames: ['kind'] as const,
    buckets: RUN_BUCKETS,
    registers,
  });
  for (const kind of CRICTL_RUN_KINDS) duration.zero({ kind });
  const shared = closedCounter({
    name: 'image_api_crictl_shared_answers_total',
    help: 'Readings that were answered from a run that another caller started.',
    labels: { kind: ['images', 'containers'] },
    registers,
  });
  return {
    ran: ({ kind, outcome, ms }) => {
      runs({ kind, outcome });
      duration.observe({ kind }, ms / 1000);
    },
    shared: (kind) => shared({ kind }),
  };
}
