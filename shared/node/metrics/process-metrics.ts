/** The metrics of the service's processes. */
import { Gauge, type Registry } from 'prom-client';
import { COUNTERS } from '../../ports/metrics/counters.ts';
import { type Metrics, noMetrics } from '../../ports/metrics/metrics.ts';
import { countUpstreams } from './count-upstreams.ts';
import { createFleetGauges } from './fleet-gauges.ts';
import { createKeptMetrics } from './kept-metrics.ts';

/** The work of a process besides answering requests: functions, runs of crictl, or both. */
export type ObservedPart = 'functions' | 'crictl';

/** Makes the metrics of this process. Those of parts that it does not have are not shown. */
export function createProcessMetrics(
  parts: readonly ObservedPart[] = ['functions', 'crictl'],
): Metrics {
  const { registry, metrics } = createKeptMetrics(parts, COUNTERS);
  const registers = [registry];
  return {
    ...noMetrics,
    ...metrics,
    ...(parts.includes('functions') && {
      journalWritable: showJournal(registers),
      fleet: createFleetGauges(registry),
      upstreams: countUpstreams(registers),
    }),
  };
}

function showJournal(registers: Registry[]): Metrics['journalWritable'] {
  const writable = new Gauge({
    name: 'image_api_journal_writable',
    help: 'Whether the last write or check of the journal succeeded; absent without a journal file.',
    registers,
  });
  writable.remove(); // otherwise it begins with 0
  return (isWritable) => writable.set(isWritable ? 1 : 0);
}
