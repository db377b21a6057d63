/** The gauges of nodes, drift, Harbor's certificate and sources. Their fixed names are in docs/metrics.md. */
import type { Registry } from 'prom-client';
import { DRIFT_STATUSES, type DriftStatus } from '../../domain/drift/drift-answer.ts';
import { COUNTERS, type Count } from '../../ports/metrics/counters.ts';
import type {
  FleetMetrics,
  FleetView,
  NodeView,
  SourceCheck,
} from '../../ports/metrics/fleet-metrics.ts';
import { createCounters } from './keep-counters.ts';
import { registerLiveGauge, type Sample } from './live-gauge.ts';

const PREFIX = 'image_api_';

/** Makes the gauges. They are registered when there is something to show. */
export function createFleetGauges(registry: Registry): FleetMetrics {
  let count: Count | null = null;
  return {
    show(view) {
      count = createCounters(COUNTERS, ['fleet'], [registry]);
      registerFleet(registry, view);
    },
    showSources(checks) {
      registerLiveGauge(registry, {
        name: `${PREFIX}source_up`,
        help: 'Whether the last check of a source succeeded, as in GET /readyz.',
        samples: () => checks().flatMap(sourceSample),
      });
    },
    refreshFailed: (part) => count?.('image_api_metrics_refresh_failures_total', { part }),
  };
}

function registerFleet(registry: Registry, view: () => FleetView): void {
  const gauge = (name: string, help: string, samples: (view: FleetView) => Iterable<Sample>) =>
    registerLiveGauge(registry, { name: PREFIX + name, help, samples: () => samples(view()) });
  const perNode = (name: string, help: string, figureOf: (node: NodeView) => number | null) =>
    gauge(name, help, ({ nodes }) => nodes.flatMap((node) => nodeSample(node, figureOf(node))));
  const perStatus = (name: string, help: string, count: 'images' | 'running') =>
    gauge(name, help, ({ nodes }) =>
      nodes.flatMap((node) =>
        DRIFT_STATUSES.flatMap((status) =>
          nodeSample(node, countOf(node, status)?.[count] ?? null, { status }),
        ),
      ),
    );

  perNode('node_up', 'Whether the node could be read.', ({ up }) => (up ? 1 : 0));
  perNode(
    'node_reading_age_seconds',
    'Age of the reading from which the values of the node come.',
    ({ figures, readingAgeMs }) => (figures === null ? null : readingAgeMs / 1000),
  );
  perNode('node_images', 'Images on the node.', ({ figures }) => figures?.images ?? null);
  perNode(
    'node_images_bytes',
    'Total size of the images on the node, which can share layers.',
    ({ figures }) => figures?.images_bytes ?? null,
  );
  perNode(
    'node_reclaimable_bytes',
    'Total size of the images on the node that no container uses: an upper bound.',
    ({ figures }) => figures?.reclaimable_bytes_max ?? null,
  );
  perNode(
    'node_containers',
    'Containers on the node, in any state.',
    ({ figures }) => figures?.containers ?? null,
  );
  perStatus('drift_images', 'Images on the node by how they differ from the registry.', 'images');
  perStatus(
    'running_images',
    'Images that a running container of the node uses, by how they differ from the registry.',
    'running',
  );
  perNode(
    'running_images_gone',
    'Images that a running container of the node uses and that the registry no longer has.',
    (node) => countOf(node, 'gone')?.running ?? null,
  );
  gauge(
    'harbor_certificate_expiry_timestamp_seconds',
    "When Harbor's certificate expires.",
    ({ certificateExpiresAtMs: atMs }) => (atMs === null ? [] : [[{}, atMs / 1000]]),
  );
  gauge(
    'metrics_refresh_timestamp_seconds',
    'When a part of the background refresh last succeeded.',
    ({ refreshes }) => refreshes.map(({ part, atMs }) => [{ part }, atMs / 1000]),
  );
  gauge(
    'metrics_refresh_duration_seconds',
    'How long the last successful refresh of a part took.',
    ({ refreshes }) => refreshes.map(({ part, tookMs }) => [{ part }, tookMs / 1000]),
  );
}

function nodeSample(
  { name: node }: NodeView,
  value: number | null,
  labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  return value === null ? [] : [[{ node, ...labels }, value]];
}

const NONE = { images: 0, running: 0 };

/** A status that no image of a compared node has is 0. */
function countOf({ drift }: NodeView, status: DriftStatus) {
  return drift === null ? null : (drift.get(status) ?? NONE);
}

/** A source that is not configured or not checked yet has no value. Nor have credentials while Harbor is down. */
function sourceSample({ name, status, code }: SourceCheck): readonly Sample[] {
  if (name === 'configuration' || name === 'journal') return [];
  if (status === 'not_configured' || status === 'starting') return [];
  const isUnknown = name === 'harbor_credentials' && code !== 'harbor_unauthorized';
  if (status === 'down') return isUnknown ? [] : [[{ source: name }, 0]];
  return [[{ source: name }, 1]];
}
