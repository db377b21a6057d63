/**
 * What a function works with. Composition roots make it: once for a process (shared/node/node-services.ts)
 * or once for a set of bindings (shared/edge/edge.ts). Every member is always there: where a runtime
 * keeps nothing between requests, it is the trivial one.
 */
import type { Configuration } from './configuration/configuration.ts';
import type { Harbor } from './harbor/client.ts';
import type { Bridge } from './host/bridge.ts';
import type { IgnoreList } from './host/ignore-list.ts';
import type { Logger } from './log/logger.ts';
import type { Readiness } from './readiness-answer.ts';
import type { AnswerOnce } from './webhooks/answer-once.ts';
import type { DeliveryTaker } from './webhooks/delivery.ts';

/** A value made once for each owner and key, and kept as long as the owner lives; trivially: made each time. */
export type Memo = <T>(owner: object, key: unknown, make: () => T) => T;

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
  /** Takes deliveries of Harbor's webhooks. */
  readonly deliveries: DeliveryTaker;
  /** Gives the final answer of a webhook invocation again; trivially it runs every time. */
  readonly answerOnce: AnswerOnce;
  readonly memo: Memo;
  /** `fetch` for functions that are deployed elsewhere. */
  readonly fetchFunction: typeof fetch;
}
