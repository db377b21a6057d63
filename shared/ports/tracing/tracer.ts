/** Spans of requests and of their calls. */
import { childContext, type TraceContext } from './trace-context.ts';
import type { CallEnd, UpstreamCall } from './upstream-calls.ts';

/** The answer to a request. */
export interface SpanAnswer {
  /** The template of the route; null if no route matched. */
  readonly route: string | null;
  readonly status: number;
  /** The code of the problem; undefined if the answer is none. */
  readonly code: string | undefined;
  readonly requestId: string;
}

/** One call of a request. */
interface CallSpan {
  readonly context: TraceContext;
  end(how: CallEnd): void;
}

/** One request. */
export interface RequestSpan {
  readonly context: TraceContext;
  /** Calls may begin after the answer, in work that other requests share. */
  call(call: UpstreamCall): CallSpan;
  end(answer: SpanAnswer): void;
}

export interface Tracer {
  /** @param parent the caller's; null: a new trace begins */
  request(
    request: { readonly method: string; readonly path: string },
    parent: TraceContext | null,
  ): RequestSpan;
}

/** Passes traces on, and records nothing. */
export const plainTracer: Tracer = {
  request(_request, parent) {
    const context = childContext(parent);
    const end = () => undefined;
    return { context, call: () => ({ context: childContext(context), end }), end };
  },
};
