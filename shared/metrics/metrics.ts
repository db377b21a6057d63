/** What the service counts and measures. Web standard: shared/node/metrics/ keeps the values, and an edge runtime none. */
import { Problem } from '../problem.ts';

/** An answered request. */
export interface AnsweredRequest {
  /** The template of the route as OpenAPI writes it; `(none)` if no route matched. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** A call to Harbor, a bridge, or a function that is deployed elsewhere. */
export interface AnsweredUpstreamCall {
  readonly target: 'harbor' | 'bridge' | 'function';
  /** The method and the template of the path. */
  readonly operation: string;
  /** `ok`, the code of the problem, or `aborted` if nobody waited for it any more. */
  readonly outcome: string;
  readonly ms: number;
}

/** How much of Harbor one answer needed. */
export interface HarborUse {
  /** As in `AnsweredRequest`. */
  readonly route: string;
  readonly calls: number;
  /** Of lists. */
  readonly pages: number;
}

/** All metrics in one of the two text formats. */
export interface Exposition {
  readonly body: string;
  readonly contentType: string;
}

/** Each observation is cheap and never throws. */
export interface Metrics {
  requestAnswered(request: AnsweredRequest): void;
  upstreamCalled(call: AnsweredUpstreamCall): void;
  harborUsed(use: HarborUse): void;
  /**
   * The metrics of this process.
   * @param format `openmetrics` (1.0) or Prometheus' `text` (0.0.4)
   * @throws Problem unsupported_here where nothing is kept between requests
   */
  exposition(format: 'openmetrics' | 'text'): Promise<Exposition>;
}

/** Keeps nothing. */
export const noMetrics: Metrics = {
  requestAnswered: () => undefined,
  upstreamCalled: () => undefined,
  harborUsed: () => undefined,
  exposition: async () => {
    throw new Problem(
      'unsupported_here',
      'This runtime keeps nothing between requests, so it has no metrics. Run the service on Node to scrape it.',
    );
  },
};
