/**
 * One request, as the domain sees it: who asks, until when, and where its log fields and calls go. A function makes it
 * of its HTTP request; a timer, a run in the background or a test makes its own.
 */
import type { UpstreamCalls } from './tracing/upstream-calls.ts';

export interface RequestContext {
  readonly id: string;
  /** The name of the token that it was sent with; null if it needs no rights. */
  readonly actor: string | null;
  /** The address of the client, or `local_socket`; null if it is not known. */
  readonly peer: string | null;
  /** Aborts when the client leaves. A getter makes it on first use, because a signal is expensive on Node. */
  readonly signal: AbortSignal;
  /** True if only readings that begin now will do (`Cache-Control: no-cache`). */
  readonly isFresh: boolean;
  /** Is told of the calls to other processes. */
  readonly trace: UpstreamCalls;
  readonly log: RequestLine;
}

/** The one log line of a request. */
interface RequestLine {
  /** Fields that are added to the line. */
  readonly fields: Record<string, unknown>;
  /**
   * `WARNING`: the line is of a deletion or of access, and is written whatever the level of the log is. The answer's
   * status can raise it.
   */
  level: 'INFO' | 'WARNING';
  /** Measures a wait for another process. Overlapping waits count once. */
  upstream<T>(wait: Promise<T>): Promise<T>;
}

/** The age that a request allows for what is shared: none, or the default. */
export function allowedAge({ isFresh }: Pick<RequestContext, 'isFresh'>): {
  readonly maxAgeMs?: number;
} {
  return isFresh ? { maxAgeMs: 0 } : {};
}

/** The same request for work that outlives it: it ends with `signal`, and not when the client leaves. */
export function outliving(request: RequestContext, signal: AbortSignal): RequestContext {
  const { id, actor, peer, trace, log } = request;
  return { id, actor, peer, signal, isFresh: false, trace, log };
}

/** A request of the program itself: work in the background that no client waits for and no log line tells of. */
export function backgroundRequest(signal: AbortSignal, trace: UpstreamCalls): RequestContext {
  return {
    id: crypto.randomUUID(),
    actor: null,
    peer: null,
    signal,
    isFresh: false,
    trace,
    log: { fields: {}, level: 'INFO', upstream: (wait) => wait },
  };
}
