/** What an endpoint is made of, and what it gets to work with. */
import type * as z from 'zod/mini';
import type { LocalWrite } from './access.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Exchange } from './exchange.ts';
import type { Bridge } from './host/bridge.ts';
import type { IgnoreList } from './host/ignore-list.ts';
import type { Logger } from './log/logger.ts';
import type { Readiness } from './readiness.ts';
import type { AnswerOnce } from './webhooks/answer-once.ts';
import type { DeliveryTaker } from './webhooks/delivery.ts';

/** Runs `work` when a place is free; rejects with `overloaded` when too many wait. */
export type Limit = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * Keeps a finished value as long as `owner` lives: `make` runs once for each owner and key.
 * Only long-lived processes have one.
 */
export type Memo = <T>(owner: object, key: unknown, make: () => T) => T;

/** The other end of the connection that brought a request. */
export interface Connection {
  /** Address of the socket's peer. */
  readonly peer: string;
  /** Judges whether a write comes from this very machine, and from whom. */
  localWrite(headers: Headers): Promise<LocalWrite>;
}

/**
 * What a composition root passes in. On the edge only the first group is there; what a long-lived
 * process shares between requests (limits, caches, watched files) comes in the second.
 */
export interface Services {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** `fetch` for calls to Harbor: on Node it carries TLS settings, proxies and keep-alive. */
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
  /** Whether `fetch` honours `verify_ssl` and `ca_file`. */
  readonly tlsOptions?: true;
  /** Process-wide limit of calls to Harbor. */
  readonly limitHarbor?: Limit;
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
