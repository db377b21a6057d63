/** The metrics of calls to other processes. */

/** A call to Harbor, a bridge, or a function that is deployed elsewhere. */
interface AnsweredCall {
  readonly target: 'harbor' | 'bridge' | 'function';
  /** The method and the template of the path. */
  readonly operation: string;
  /** `ok`, the code of the problem, or `aborted` if nobody waited for it any more. */
  readonly outcome: string;
  readonly ms: number;
}

/** How much of Harbor one answer needed. */
interface HarborUse {
  /** The template of the route. */
  readonly route: string;
  readonly calls: number;
  /** The number of pages of lists. */
  readonly pages: number;
}

export interface UpstreamMetrics {
  called(call: AnsweredCall): void;
  harborUsed(use: HarborUse): void;
}

export const noUpstreamMetrics: UpstreamMetrics = {
  called: () => undefined,
  harborUsed: () => undefined,
};
