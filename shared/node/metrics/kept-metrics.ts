/** The metrics that every Node process keeps, by prom-client. */
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type Metric,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import type { CounterTable } from '../../ports/metrics/base-counters.ts';
import { type BaseMetrics, noBaseMetrics } from '../../ports/metrics/base-metrics.ts';
import { VERSION } from '../../values/version.ts';
import { KNOWN_METHODS } from '../http/known-methods.ts';
import { countQueues } from './count-queues.ts';
import { createCounters, type Part } from './keep-counters.ts';
import { measureCrictl } from './measure-crictl.ts';

const PREFIX = 'image_api_';

/** From a shared list to the deadline of a list of Harbor, seconds. */
const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** The statuses of answers to requests that cannot be read. */
const UNREADABLE_STATUSES = ['400', '417', '422', '500'];

/** Makes the metrics of this process. Those of parts that it does not have are not shown. */
export function createKeptMetrics(parts: readonly Part[], counters: CounterTable) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'The version of the service; the value is always 1.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version: VERSION, node_version: process.version }, 1);
  const requests = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Time from the arrival of a request until its answer begins.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const inFlight = new Gauge({
    name: `${PREFIX}http_requests_in_flight`,
    help: 'Requests that have arrived and are not answered yet.',
    registers,
  });
  const unreadable = new Counter({
    name: `${PREFIX}http_unreadable_requests_total`,
    help: 'Requests that were refused before any function saw them, because they are malformed or not HTTP.',
    labelNames: ['status'] as const,
    registers,
  });
  for (const status of UNREADABLE_STATUSES) unreadable.inc({ status }, 0);
  const count = createCounters(counters, ['process', ...parts], registers);
  const metrics = {
    ...noBaseMetrics,
    requestBegan: () => inFlight.inc(),
    requestAnswered: ({ route, method, status, ms }) => {
      inFlight.dec();
      requests.observe(
        { route, method: KNOWN_METHODS.has(method) ? method : 'other', status },
        ms / 1000,
      );
    },
    requestUnreadable: (status) => unreadable.inc({ status }),
    count,
    queue: countQueues(registers),
    ...(parts.includes('crictl') && { crictlRan: measureCrictl(count, registers) }),
    exposition: async (format) => {
      const shown = format === 'text' ? registry : openMetricsOf(registry);
      return { body: await shown.metrics(), contentType: shown.contentType };
    },
  } satisfies BaseMetrics;
  return { registry, metrics };
}

/**
 * The same metrics for the other format. prom-client renames each counter that it writes as OpenMetrics, and both
 * formats then have the new name; what it renames here is an object that inherits from the metric.
 */
function openMetricsOf(registry: Registry): Registry<OpenMetricsContentType> {
  const shown = new Registry<OpenMetricsContentType>();
  shown.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric !== undefined) shown.registerMetric(Object.create(metric) as Metric);
  }
  return shown;
}
