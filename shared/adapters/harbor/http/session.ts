/** All calls for one client request use one session. */
import type { RegistryImages } from '../../../ports/registry-rows.ts';
import type { RepositoryAt } from '../../../values/names.ts';
import type { Caller } from './call.ts';
import type { KnownManifests } from './known-manifests.ts';
import type { CallOrigin } from './options.ts';

/**
 * The argument of the operations on projects, repositories, artifacts and the crawl. Each operation
 * rejects with a `Problem` (`harbor_not_configured` and `unsupported_here` too), or with the
 * signal's reason.
 */
export interface HarborSession {
  /** Makes the calls of lists. */
  readonly caller: Caller;
  /** Makes the calls of deletions, which do not wait for lists. */
  readonly urgent: Caller;
  /** The manifests that were read before. */
  readonly manifests: KnownManifests;
  /** Aborts when the client disconnects. */
  readonly signal: () => AbortSignal;
  /** Runs a list as a whole when it is its turn. */
  readonly admit: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /**
   * Decides on a deletion and sends it while no other deletion of the process does that in the repository:
   * two that each remove one of the last two tags would remove both.
   */
  readonly deleteInTurn: <T>(at: RepositoryAt, work: () => Promise<T>) => Promise<T>;
  /** Runs a crawl, or shares one with other requests. */
  readonly shareCrawl: (
    work: (signal: AbortSignal) => Promise<RegistryImages>,
  ) => Promise<RegistryImages>;
}

export interface SessionOptions extends CallOrigin {
  /** Lazy: creating the signal is expensive on Node. */
  readonly signal: () => AbortSignal;
}
