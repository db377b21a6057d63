/** What the service counts and measures. Web standard: shared/node/metrics/ keeps the values, and an edge runtime none. */
import { Problem } from '../../values/problem.ts';
import { type CleanupMetrics, noCleanupMetrics } from './cleanup-metrics.ts';
import { type CrictlMetrics, noCrictlMetrics } from './crictl-metrics.ts';
import {
  type DeletionMetrics,
  type JournalMetrics,
  noDeletionMetrics,
  noJournalMetrics,
} from './deletion-metrics.ts';
import { type FleetMetrics, noFleetMetrics } from './fleet-metrics.ts';
import { noQueueObserver, type QueueName, type QueueObserver } from './queue-metrics.ts';
import { noUpstreamMetrics, type UpstreamMetrics } from './upstream-metrics.ts';
import { noWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';

/** An answered request. */
interface AnsweredRequest {
  /** The template of the route as OpenAPI writes it; `(none)` if no route matched. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** All metrics in one of the two text formats. */
interface Exposition {
  readonly body: string;
  readonly contentType: string;
}

/** Each observation is cheap and never throws; counts and durations are zero or more. */
export interface Metrics {
  /** A request has reached the app. `requestAnswered` follows. */
  requestBegan(): void;
  requestAnswered(request: AnsweredRequest): void;
  /** A request was answered before it reached the app, because it is not HTTP or malformed. */
  requestUnreadable(status: number): void;
  /** A line of the log was lost, because the log cannot be written. */
  logLineDropped(): void;
  /** Watches one queue, which is shown from then on. */
  queue(name: QueueName): QueueObserver;
  readonly crictl: CrictlMetrics;
  readonly deletions: DeletionMetrics;
  readonly journal: JournalMetrics;
  readonly cleanups: CleanupMetrics;
  readonly webhooks: WebhookMetrics;
  readonly fleet: FleetMetrics;
  readonly upstreams: UpstreamMetrics;
  /**
   * The metrics of this process.
   * @param format `openmetrics` (1.0) or Prometheus' `text` (0.0.4)
   * @throws Problem unsupported_here where nothing is kept between requests
   */
  exposition(format: 'openmetrics' | 'text'): Promise<Exposition>;
}

/** Keeps nothing. */
export const noMetrics: Metrics = {
  requestBegan: () => undefined,
  requestAnswered: () => undefined,
  requestUnreadable: () => undefined,
  logLineDropped: () => undefined,
  queue: () => noQueueObserver,
  crictl: noCrictlMetrics,
  deletions: noDeletionMetrics,
  journal: noJournalMetrics,
  cleanups: noCleanupMetrics,
  webhooks: noWebhookMetrics,
  fleet: noFleetMetrics,
  upstreams: noUpstreamMetrics,
  exposition: async () => {
    throw new Problem(
      'unsupported_here',
      'This runtime keeps nothing between requests, so it has no metrics. Run the service on Node to scrape it.',
    );
  },
};
