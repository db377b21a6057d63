/** The metrics of a Node process, kept by prom-client. */
import {
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type Metric,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import type { Metrics } from '../../metrics/metrics.ts';
import { VERSION } from '../../version.ts';
import { createUpstreamMetrics } from './upstream-metrics.ts';

const PREFIX = 'image_api_';

/** The methods of RFC 9110 and RFC 5789. Node's parser accepts more, and each would be a label of its own. */
const METHODS = new Set(
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'], //
);

/** From a shared list to the deadline of a list of Harbor, seconds. */
const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Makes the metrics of this process. */
export function createProcessMetrics(): Metrics {
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
    help: 'Time from the arrival of a request to its answer.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  return {
    ...createUpstreamMetrics(registers),
    requestAnswered: ({ route, method, status, ms }) =>
      requests.observe(
        { route, method: METHODS.has(method) ? method : 'other', status },
        ms / 1000,
      ),
    exposition: async (format) => {
      const shown = format === 'text' ? registry : openMetricsOf(registry);
      return { body: await shown.metrics(), contentType: shown.contentType };
    },
  };
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
