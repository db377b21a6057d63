/**
 * What a function works with. Composition roots make it: once for a process (shared/node/services.ts)
 * or once for a set of bindings (shared/edge/edge.ts). Every member is always there: where a runtime
 * keeps nothing between requests, it is the trivial one.
 */
import type { Configuration } from './configuration/configuration.ts';
import type { Harbor } from './harbor/client.ts';
import type { Bridge } from './host/bridge.ts';
import type { IgnoreList } from './host/ignore-list.ts';
import type { Logger } from './log/logger.ts';
import type { Readiness } from './readiness.ts';
import type { HarborDelivery } from './webhooks/harbor-event.ts';

/** A value made once for each owner and key, and kept as long as the owner lives; trivially: made each time. */
export type Memo = <T>(owner: object, key: unknown, make: () => T) => T;

/** An answer that can be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Gives the final answer of the first `run` with this key again; callers that ask while it is under
 * way wait for it. Trivially: runs.
 */
export type AnswerOnce = (
  key: string,
  run: () => Promise<KeptAnswer>,
) => Promise<{ readonly answer: KeptAnswer; readonly repeated: boolean }>;

/** Takes deliveries of Harbor's webhooks. */
export interface Deliveries {
  /**
   * @returns a promise that ends when the events were judged; it never rejects
   * @throws Problem overloaded when too many events wait
   */
  take(delivery: HarborDelivery, requestId: string): Promise<void>;
}

export interface Services {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set; for durations. */
  readonly monotonic: () => number;
  readonly harbor: Harbor;
  /** Without a configured bridge: one that refuses. */
  readonly bridge: Bridge;
  /** The ignore list in force. */
  readonly ignoreList: () => IgnoreList;
  /** The state of the sources: the latest look of a process, trivially a look that begins now. */
  readonly readiness: (signal: AbortSignal) => Readiness | Promise<Readiness>;
  readonly deliveries: Deliveries;
  readonly answerOnce: AnswerOnce;
  readonly memo: Memo;
  /** `fetch` for functions that are deployed elsewhere. */
  readonly fetchFunction: typeof fetch;
  /** When work that may follow the answer is done; `before` where nothing runs after it (Lambda). */
  readonly deferral: 'before' | 'after';
}
