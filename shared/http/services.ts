/**
 * The services of a function. They are made once for a process (shared/node/node-services.ts) or once for
 * a set of bindings (shared/edge/edge.ts). None is ever undefined: a program that lacks one has
 * that of shared/edge/trivial-services.ts, which keeps nothing, or throws where only a bug can call it.
 */

import type { Harbor } from '../adapters/harbor/client.ts';
import type { CleanupRuns } from '../domain/cleanup/runs/cleanup-run.ts';
import type { IgnoreList } from '../domain/local-images/ignore-list.ts';
import type { Readiness } from '../domain/readiness/readiness-answer.ts';
import type { AnswerOnce } from '../domain/webhooks/answer-once.ts';
import type { DeliveryTaker } from '../domain/webhooks/delivery.ts';
import type { Bridge } from '../ports/bridge.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics/metrics.ts';
import type { Nodes } from '../ports/nodes.ts';
import type { RegistryReader } from '../ports/registry-reader.ts';
import type { Tracer } from '../ports/tracing/tracer.ts';
import type { Configuration } from '../values/configuration/configuration.ts';

/** Makes a value once for each owner and key, and keeps it as long as the owner lives. */
export type Memo = <T>(owner: object, key: unknown, make: () => T) => T;

export interface Services {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** What the process counts. On an edge runtime nothing is kept. */
  readonly metrics: Metrics;
  /** Makes the spans of requests. On an edge runtime they are only passed on. */
  readonly tracer: Tracer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, for durations. */
  readonly monotonic: () => number;
  readonly harbor: Harbor;
  /** Whether the process has been told to stop, so that long work begins nothing new. */
  readonly isStopping: () => boolean;
  /** If no bridge is configured: one that rejects every read. */
  readonly bridge: Bridge;
  /** All nodes; the bridge is one of them. */
  readonly nodes: Nodes;
  /** The lists of the registry that answers over nodes share. */
  readonly registry: RegistryReader;
  /** The journal of deletions. */
  readonly journal: Journal;
  /** The ignore list in force. */
  readonly ignoreList: () => IgnoreList;
  /** The state of the sources: the latest checks of a process, or checks that begin now. */
  readonly readiness: (signal: AbortSignal) => Readiness | Promise<Readiness>;
  /** Takes deliveries of Harbor's webhooks. */
  readonly deliveries: DeliveryTaker;
  /** Repeats the final answer of a webhook invocation. The trivial one runs the call every time. */
  readonly answerOnce: AnswerOnce;
  /** The cleanups that pages have started. On an edge runtime, they run within the request that starts them. */
  readonly cleanupRuns: CleanupRuns;
  /** Signs the sessions of the pages. Null: none is configured, and this runtime cannot keep a random one. */
  readonly sessionKey: string | null;
  readonly memo: Memo;
  /** `fetch` for functions that are deployed elsewhere. */
  readonly fetchFunction: typeof fetch;
}
