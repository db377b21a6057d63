/** What an endpoint is made of, and what it gets to work with. */
import type * as z from 'zod/mini';
import type { Configuration } from './configuration/configuration.ts';
import type { Exchange } from './exchange.ts';
import type { Harbor } from './harbor/client.ts';
import type { Bridge } from './host/bridge.ts';
import type { IgnoreList } from './host/ignore-list.ts';
import type { Logger } from './log/logger.ts';
import type { Readiness } from './readiness.ts';
import type { AnswerOnce } from './webhooks/answer-once.ts';
import type { DeliveryTaker } from './webhooks/delivery.ts';

/**
 * Keeps a finished value as long as `owner` lives: `make` runs once for each owner and key.
 * Only long-lived processes have one.
 */
export type Memo = <T>(owner: object, key: unknown, make: () => T) => T;

/** The other end of the connection that brought a request. */
export interface Connection {
  /** Address of the socket's peer. */
  readonly peer: string;
  /** Whether it came over `local_socket`. */
  readonly local: boolean;
}

/**
 * What a composition root passes in. On the edge only the first group is there; what a long-lived
 * process shares between requests (limits, caches, watched files) comes in the second.
 */
export interface Services {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly harbor: Harbor;
  /** For notifications. */
  readonly fetch: typeof fetch;
  /** Null when no bridge is configured. */
  readonly bridge: Bridge | null;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** CSV text of the ignore list where there are no files (the `IGNORE_LIST` binding). */
  readonly ignoreListText?: string;
  /** `before` where nothing runs after the answer (Lambda): what must happen happens before it. */
  readonly deferral?: 'before';
  /** Takes the deliveries of Harbor's webhooks. */
  readonly webhooks: DeliveryTaker;
  /** Answers webhook invocations, which may be repeated. */
  readonly answerOnce: AnswerOnce;

  /** `fetch` for calls to functions that are deployed elsewhere; by default the runtime's. */
  readonly fetchFunction?: typeof fetch;
  /** The ignore list in force, looked at on each request. */
  readonly ignoreList?: () => IgnoreList;
  readonly memo?: Memo;
  /** The latest look at the sources, refreshed off the request path. */
  readonly readiness?: () => Readiness;
  /** Reads the connection out of what the server passes as `env`. */
  readonly connection?: (env: unknown) => Connection;
}

/** The right that a request needs; `open` needs no token. */
export type Right = 'open' | 'read' | 'write';

/** One route: one method at one path. */
export interface Endpoint {
  /** Name of the function that answers it: the name of its file. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /**
   * OpenAPI path template, for example `/harbor/artifacts/{project}/{repository}`. Parameters stand
   * at the end; `{repository}` may take several segments.
   */
  readonly path: string;
  readonly right: Right | ((exchange: Exchange) => Right);
  /** Served under any `Host`: for probes, which know only an address. */
  readonly anyHost?: true;
  /** Schema of the query, for endpoints that take one. */
  readonly query?: z.ZodMiniObject;
  /** Schema of the body of a 200 answer, where it is JSON. */
  readonly answer?: z.ZodMiniType;
  /** Answers the request, or throws a `Problem`. */
  readonly handle: (exchange: Exchange) => Response | Promise<Response>;
}
