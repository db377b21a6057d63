/** The trace of a request, and how much of Harbor its answer needed. */

import { countedCalls } from '../ports/tracing/counted-calls.ts';
import { readTraceContext, type TraceContext } from '../ports/tracing/trace-context.ts';
import type { RequestSpan, SpanAnswer } from '../ports/tracing/tracer.ts';
import type { BegunCall, UpstreamCall, UpstreamCalls } from '../ports/tracing/upstream-calls.ts';
import type { Services } from './function-services.ts';

/** One per request. Work that requests share makes its calls for the first of them. */
export class RequestTrace implements UpstreamCalls {
  harborCalls = 0;
  /** The number of pages of lists. */
  harborPages = 0;
  readonly #span: RequestSpan;
  readonly #calls: UpstreamCalls;

  constructor(
    request: { readonly method: string; readonly path: string; readonly headers: Headers },
    { tracer, metrics, monotonic }: Pick<Services, 'tracer' | 'metrics' | 'monotonic'>,
  ) {
    this.#span = tracer.request(request, readTraceContext(request.headers));
    this.#calls = countedCalls(metrics, monotonic, this.#span);
  }

  get context(): TraceContext {
    return this.#span.context;
  }

  begin(call: UpstreamCall): BegunCall {
    if (call.target === 'harbor') {
      this.harborCalls += 1;
      if (call.isPage) this.harborPages += 1;
    }
    return this.#calls.begin(call);
  }

  end(answer: SpanAnswer): void {
    this.#span.end(answer);
  }
}
