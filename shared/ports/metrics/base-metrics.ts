/** The metrics of every program, the bridge included. Web standard. */

import { Problem } from '../../values/problem.ts';
import { noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import type { QueueName } from '../../values/waiting/queue-limits.ts';
import type { BASE_COUNTERS, CountIn, LabelsIn } from './base-counters.ts';

/** An answered request. */
interface AnsweredRequest {
  /** The template of the route as OpenAPI writes it; `(none)` if no route matched. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** A run of crictl whose output has been read. */
export interface CrictlRun extends LabelsIn<typeof BASE_COUNTERS, 'image_api_crictl_runs_total'> {
  readonly ms: number;
}

/** All metrics in one of the two text formats. */
interface Exposition {
  readonly body: string;
  readonly contentType: string;
}

/** Each observation is cheap and never throws; counts and durations are zero or more. */
export interface BaseMetrics {
  /** A request has reached the app. `requestAnswered` follows. */
  requestBegan(): void;
  requestAnswered(request: AnsweredRequest): void;
  /** A request was answered before it reached the app, because it is not HTTP or malformed. */
  requestUnreadable(status: number): void;
  readonly count: CountIn<typeof BASE_COUNTERS>;
  /** Watches one queue, which is shown from then on. */
  queue(name: QueueName): QueueObserver;
  crictlRan(run: CrictlRun): void;
  /**
   * The metrics of this process.
   * @param format `openmetrics` (1.0) or Prometheus' `text` (0.0.4)
   * @throws Problem unsupported_here where nothing is kept between requests
   */
  exposition(format: 'openmetrics' | 'text'): Promise<Exposition>;
}

/** Keeps nothing. */
export const noBaseMetrics: BaseMetrics = {
  requestBegan: () => undefined,
  requestAnswered: () => undefined,
  requestUnreadable: () => undefined,
  count: () => undefined,
  queue: () => noQueueObserver,
  crictlRan: () => undefined,
  exposition: async () => {
    throw new Problem(
      'unsupported_here',
      'This runtime keeps nothing between requests, so it has no metrics. Run the service on Node to scrape it.',
    );
  },
};
