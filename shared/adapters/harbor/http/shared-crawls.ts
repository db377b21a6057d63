/** One crawl at a time, shared by all callers. */
import type { RegistryImages } from '../../../ports/registry-rows.ts';
import type { QueueObserver } from '../../../values/waiting/limit.ts';
import { createSharedRuns } from '../../../values/waiting/shared-runs.ts';

type Crawl = (signal: AbortSignal) => Promise<RegistryImages>;

/**
 * Returns the result of a crawl that begins after the call, so that it includes earlier changes of the caller.
 * Calls during a crawl share the next one, which uses the limit and the request id of the first of them. A crawl
 * is cancelled when no caller waits for it any more. Rejects with `overloaded` if too many wait.
 */
export type ShareCrawl = (crawl: Crawl, signal: AbortSignal) => Promise<RegistryImages>;

export interface SharedCrawlsOptions {
  /** How many callers may wait at a time, for the running crawl and the next one together. */
  readonly maxWaiting: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  readonly observer: QueueObserver | undefined;
}

export function createSharedCrawls(options: SharedCrawlsOptions): ShareCrawl {
  const runs = createSharedRuns<RegistryImages, Crawl>({
    ...options,
    name: 'the images of the registry',
    run: (signal, crawl) => crawl(signal),
    maxAgeMs: 0,
    gathers: true,
  });
  return async function shareCrawl(crawl, signal) {
    // Each caller gets a signal of its own, because Node warns if one signal has many listeners.
    const { value } = await runs({ signal: () => AbortSignal.any([signal]) }, crawl);
    return value;
  };
}
