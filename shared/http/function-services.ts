/**
 * The services of a function. They are made once for a process (shared/node/node-services.ts) or once for
 * a set of bindings (shared/edge/edge.ts). None is ever undefined: a program that lacks one has
 * that of shared/http/trivial-services.ts, which keeps nothing, or throws where only a bug can call it.
 */
import type { CleanupRuns } from '../domain/cleanup/runs/cleanup-run.ts';
import type { Readiness } from '../domain/readiness/readiness-answer.ts';
import type { AnswerOnce } from '../domain/webhooks/answer-once.ts';
import type { DeliveryTaker } from '../domain/webhooks/delivery.ts';
import type { DomainServices } from '../ports/services.ts';
import type { Tracer } from '../ports/tracing/tracer.ts';
import type { LargeAnswers } from './large-answers.ts';

/** The attempts to log in to the pages. */
export interface LoginAttempts {
  /** Waits before the token of an attempt is compared. @param peer the address of the client */
  readonly begin: (peer: string, signal: AbortSignal) => Promise<void>;
  /** Tells that the token of an attempt was right. */
  readonly succeeded: (peer: string) => void;
}

export interface Services extends DomainServices {
  /** Makes the spans of requests. On an edge runtime they are only passed on. */
  readonly tracer: Tracer;
  /** The state of the sources: the latest checks of a process, or checks that begin now. */
  readonly readiness: (signal: AbortSignal) => Readiness | Promise<Readiness>;
  /** Takes deliveries of Harbor's webhooks. */
  readonly deliveries: DeliveryTaker;
  /** Shares and limits large answers. The trivial one does neither. */
  readonly largeAnswers: LargeAnswers;
  /** Repeats the final answer of a webhook invocation. The trivial one runs the call every time. */
  readonly answerOnce: AnswerOnce;
  /** The cleanups that pages have started. On an edge runtime, they run within the request that starts them. */
  readonly cleanupRuns: CleanupRuns;
  /** Signs the sessions of the pages. Null: none is configured, and this runtime cannot keep a random one. */
  readonly sessionKey: string | null;
  /** Delays logins after wrong tokens. The trivial one remembers none. */
  readonly loginAttempts: LoginAttempts;
  /** `fetch` for functions that are deployed elsewhere. */
  readonly fetchFunction: typeof fetch;
}
