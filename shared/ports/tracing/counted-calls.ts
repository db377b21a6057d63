/** Calls to other processes as metrics, and as spans of a request. */
import type { Metrics } from '../metrics/metrics.ts';
import { traceHeaders } from './trace-context.ts';
import type { RequestSpan } from './tracer.ts';
import type { UpstreamCalls } from './upstream-calls.ts';

/** @param span the request that makes the calls. Without one they are of no trace: work in the background */
export function countedCalls(
  metrics: Metrics,
  monotonic: () => number,
  span?: RequestSpan,
): UpstreamCalls {
  return {
    begin(call) {
      const child = span?.call(call);
      const startedAtMs = monotonic();
      return {
        headers: child === undefined ? {} : traceHeaders(child.context),
        end: (how) => {
          child?.end(how);
          metrics.upstreams.called({
            target: call.target,
            operation: `${call.method} ${call.operation}`,
            outcome: how.outcome,
            ms: monotonic() - startedAtMs,
          });
        },
      };
    },
  };
}
