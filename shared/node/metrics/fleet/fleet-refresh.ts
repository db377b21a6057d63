/**
 * Reads the nodes, their drift and Harbor's certificate in the background, for the metrics. It reads as GET /nodes and
 * GET /drift do, and shares readings and lists with their requests.
 */
import { countDrift, type DriftCounts } from '../../../domain/drift/count-drift.ts';
import { readDrift } from '../../../domain/drift/read-drift.ts';
import { nodeRow } from '../../../domain/nodes/node-rows.ts';
import type { NodeRow } from '../../../domain/nodes/node-rows-answer.ts';
import { readNodes } from '../../../domain/nodes/nodes-reading.ts';
import type { Services } from '../../../http/function-services.ts';
import type { FleetView, NodeView, RefreshPart } from '../../../ports/metrics/fleet-metrics.ts';
import type { NodesReading } from '../../../ports/nodes.ts';
import { backgroundRequest, type RequestContext } from '../../../ports/request.ts';
import { countedCalls } from '../../../ports/tracing/counted-calls.ts';
import { withOwnSignal } from '../../../values/waiting/own-signal.ts';
import { createRefreshedPart, type RefreshedPart } from './refresh-part.ts';

/** The first refresh does not delay the start. */
const FIRST_AFTER_MS = 500;

export interface FleetRefreshOptions {
  readonly services: Services;
  /** Reads when Harbor's certificate expires, milliseconds since the epoch; null: it has none. */
  readonly readCertificate: ((signal: AbortSignal) => Promise<number>) | null;
}

export interface FleetRefresh {
  /** Ends what is being read, and begins nothing more. */
  stop(): void;
}

/** Starts the refresh of `metrics_config`, and shows what it finds. */
export function startFleetRefresh({
  services,
  readCertificate,
}: FleetRefreshOptions): FleetRefresh {
  const { configuration, metrics, logger, now, monotonic } = services;
  const { refresh_ms, max_age_ms } = configuration.metrics_config;
  const partOf = <T>(part: RefreshPart): RefreshedPart<T> =>
    createRefreshedPart({
      ...{ part, maxAgeMs: max_age_ms, logger, now, monotonic },
      onFailure: () => metrics.fleet.refreshFailed(part),
    });
  const parts = {
    nodes: partOf<readonly NodeRow[]>('nodes'),
    drift: partOf<ReadonlyMap<string, DriftCounts>>('drift'),
    certificate: partOf<number>('certificate'),
  };

  async function refreshNodes(signal: AbortSignal): Promise<void> {
    const { metrics, monotonic } = services;
    const request = backgroundRequest(signal, countedCalls(metrics, monotonic));
    let reading: NodesReading | null = null;
    await parts.nodes.refresh(signal, async () => {
      reading = await readNodes(services, request, { allowStale: true });
      return reading.nodes.map((state) => nodeRow(state, services.memo));
    });
    if (reading === null || services.registry.host === null) return;
    const compared = reading;
    await parts.drift.refresh(signal, () => readCounts(services, request, compared));
  }

  const stopped = new AbortController();
  const readsNodes = services.nodes.configured || services.bridge.configured;
  const refresh = () => {
    const begin = (work: (signal: AbortSignal) => Promise<unknown>) =>
      void withOwnSignal(stopped.signal, work);
    if (readsNodes) begin(refreshNodes);
    if (readCertificate !== null) {
      begin((signal) => parts.certificate.refresh(signal, () => readCertificate(signal)));
    }
  };
  const first = setTimeout(refresh, Math.min(FIRST_AFTER_MS, refresh_ms)).unref();
  const timer = setInterval(refresh, refresh_ms).unref();
  metrics.fleet.show(() => viewOf(parts, max_age_ms));
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
      stopped.abort();
    },
  };
}

/** Compares the nodes as GET /drift does. Without an answer of Harbor there is nothing to count. */
async function readCounts(
  services: Services,
  request: RequestContext,
  reading: NodesReading,
): Promise<ReadonlyMap<string, DriftCounts>> {
  const { rows, errors, outage } = await readDrift(services, request, { reading, namespace: null });
  if (outage !== null && errors.length > 0) throw outage;
  const counts = services.memo(countDrift, rows);
  const readable = reading.nodes.filter(({ status }) => status !== 'unreadable');
  return new Map(readable.map(({ name }) => [name, counts.get(name) ?? new Map()]));
}

type Parts = {
  readonly nodes: RefreshedPart<readonly NodeRow[]>;
  readonly drift: RefreshedPart<ReadonlyMap<string, DriftCounts>>;
  readonly certificate: RefreshedPart<number>;
};

/** Makes the view to show now. A node that cannot be read has no values, whatever was read before. */
function viewOf({ nodes, drift, certificate }: Parts, maxAgeMs: number): FleetView {
  const read = nodes.latest();
  const compared = drift.latest();
  return {
    nodes: (read?.value ?? []).map((row): NodeView => {
      const readingAgeMs = (row.age_ms ?? 0) + (read?.ageMs ?? 0);
      const isShown = row.status !== 'unreadable' && readingAgeMs <= maxAgeMs;
      return {
        name: row.name,
        up: row.status === 'ok',
        readingAgeMs,
        figures: isShown ? row : null,
        drift: (isShown && compared?.value.get(row.name)) || null,
      };
    }),
    certificateExpiresAtMs: certificate.latest()?.value ?? null,
    refreshes: [nodes, drift, certificate].flatMap((part) => part.lastRefresh() ?? []),
  };
}
