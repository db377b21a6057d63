/** Measures the calls to Harbor, to bridges, and to functions that are deployed elsewhere. */
import { Histogram, type Registry } from 'prom-client';
import type { UpstreamMetrics } from '../../ports/metrics/upstream-metrics.ts';

/** From a bridge on the same host to the deadline of a call of Harbor, seconds. */
const LATENCY_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a short list to a crawl of a large registry. */
const COUNT_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];

export function countUpstreams(registers: Registry[]): UpstreamMetrics {
  const calls = new Histogram({
    name: 'image_api_upstream_request_duration_seconds',
    help: 'Time of a call to Harbor, a bridge or a function deployed elsewhere, until its answer was read.',
    labelNames: ['target', 'operation', 'outcome'] as const,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const perAnswer = (name: string, help: string) =>
    new Histogram({
      name,
      help,
      labelNames: ['route'] as const,
      buckets: COUNT_BUCKETS,
      registers,
    });
  const callsPerAnswer = perAnswer(
    'image_api_harbor_calls_per_answer',
    'Calls to Harbor per answer, for answers that needed any.',
  );
  const pagesPerAnswer = perAnswer(
    'image_api_harbor_pages_per_answer',
    "Pages of Harbor's lists per answer, for answers that called Harbor.",
  );
  return {
    called: ({ target, operation, outcome, ms }) =>
      calls.observe({ target, operation, outcome }, ms / 1000),
    harborUsed: (use) => {
      callsPerAnswer.observe({ route: use.route }, use.calls);
      pagesPerAnswer.observe({ route: use.route }, use.pages);
    },
  };
}
