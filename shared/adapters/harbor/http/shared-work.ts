/** The state that all sessions of a process share. On workerd there is none, because requests must not share it. */
import { createLimit, type Limit, type QueueObserver } from '../../../values/waiting/limit.ts';
import { createKnownManifests, type KnownManifests } from './known-manifests.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createSharedCrawls, type ShareCrawl } from './shared-crawls.ts';
import { createTurns, type Turns } from './turns.ts';

export interface SharedWork {
  /** Admits whole requests, first come first served. An admitted request is not refused any more. */
  readonly requests: Limit;
  /** Limits the calls of those requests, and of crawls. */
  readonly calls: Limit;
  /** Limits the calls of deletions, which do not wait for lists. */
  readonly deletions: Limit;
  /** Deletions in one repository, one after another. */
  readonly deletionTurns: Turns;
  readonly refusals: Refusals;
  readonly manifests: KnownManifests;
  readonly shareCrawl: ShareCrawl;
}

/** Where work waits. */
type WorkQueue = 'requests' | 'calls' | 'deletions' | 'deletion_turns' | 'crawls';

export interface SharedWorkOptions {
  /** How many requests, and how many calls, run at a time. */
  readonly concurrency: number;
  /** How long a request may wait before it is `overloaded`. */
  readonly waitMs: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Watches a queue. Default: none is watched. */
  readonly observe?: (queue: WorkQueue) => QueueObserver;
}

/**
 * How many may wait: requests, callers of crawls, calls of deletions, and deletions in each repository. More
 * are `overloaded`.
 */
const WAITING = 256;
/** Few, because Harbor runs the deletions of one project one after another. */
const DELETIONS = 4;

export function createSharedWork(options: SharedWorkOptions): SharedWork {
  const { concurrency, waitMs, now, observe } = options;
  const bounds = (queue: WorkQueue) => ({ waiting: WAITING, waitMs, observer: observe?.(queue) });
  return {
    requests: createLimit({ concurrency, ...bounds('requests') }),
    calls: createLimit({ concurrency, observer: observe?.('calls') }),
    deletions: createLimit({ concurrency: DELETIONS, ...bounds('deletions') }),
    deletionTurns: createTurns(bounds('deletion_turns')),
    refusals: createRefusals(now),
    manifests: createKnownManifests(),
    shareCrawl: createSharedCrawls({
      maxWaiting: WAITING,
      now,
      observer: observe?.('crawls'),
    }),
  };
}
