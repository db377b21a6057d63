/** The state that all sessions of a process share. On workerd there is none, because requests must not share it. */
import { createLimit, type Limit, type QueueObserver } from '../../../values/waiting/limit.ts';
import { QUEUE_LIMITS } from '../../../values/waiting/queue-limits.ts';
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

/** Few, because Harbor runs the deletions of one project one after another. */
const DELETIONS = 4;

export function createSharedWork(options: SharedWorkOptions): SharedWork {
  const { concurrency, waitMs, now, observe } = options;
  const bounded = (queue: WorkQueue) => ({
    waiting: QUEUE_LIMITS[`harbor_${queue}`],
    observer: observe?.(queue),
  });
  const bounds = (queue: WorkQueue) => ({ ...bounded(queue), waitMs });
  return {
    requests: createLimit({ concurrency, ...bounds('requests') }),
    calls: createLimit({ concurrency, ...bounded('calls') }),
    deletions: createLimit({ concurrency: DELETIONS, ...bounds('deletions') }),
    deletionTurns: createTurns(bounds('deletion_turns')),
    refusals: createRefusals(now),
    manifests: createKnownManifests(),
    shareCrawl: createSharedCrawls({
      maxWaiting: QUEUE_LIMITS.harbor_crawls,
      now,
      observer: observe?.('crawls'),
    }),
  };
}
