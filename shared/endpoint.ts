/** What an endpoint is made of, and what it gets to work with. */
import type { Bridge } from './bridge.ts';
import type { Configuration } from './configuration.ts';
import type { IgnoreList } from './ignore-list.ts';
import type { Logger } from './logger.ts';

/** Runs `work` when a place is free; rejects with `overloaded` when too many wait. */
export type Limit = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

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

  /** Process-wide limit of calls to Harbor. */
  readonly limitHarbor?: Limit;
  /** The ignore list in force, looked at on each request. */
  readonly ignoreList?: () => IgnoreList;
}
