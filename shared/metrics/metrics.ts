/** What the service counts and measures. Web standard: shared/node/metrics/ keeps the values, and an edge runtime none. */
import { Problem } from '../problem.ts';
import { type FleetMetrics, noFleetMetrics } from './fleet-metrics.ts';

/** An answered request. */
export interface AnsweredRequest {
  /** The template of the route as OpenAPI writes it; `(none)` if no route matched. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** All metrics in one of the two text formats. */
export interface Exposition {
  readonly body: string;
  readonly contentType: string;
}

/** Each observation is cheap and never throws. */
export interface Metrics {
  readonly fleet: FleetMetrics;
  requestAnswered(request: AnsweredRequest): void;
  /**
   * The metrics of this process.
   * @param format `openmetrics` (1.0) or Prometheus' `text` (0.0.4)
   * @throws Problem unsupported_here where nothing is kept between requests
   */
  exposition(format: 'openmetrics' | 'text'): Promise<Exposition>;
}

/** Keeps nothing. */
export const noMetrics: Metrics = {
  fleet: noFleetMetrics,
  requestAnswered: () => undefined,
  exposition: async () => {
    throw new Problem(
      'unsupported_here',
      'This runtime keeps nothing between requests, so it has no metrics. Run the service on Node to scrape it.',
    );
  },
};
