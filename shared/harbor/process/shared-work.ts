/** The state that all sessions of a process share. On workerd there is none, because requests must not share it. */
import { createLimit, type Limit } from '../limit.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createSharedCrawls, type ShareCrawl } from './shared-crawls.ts';
import { createTurns, type InTurn } from './turns.ts';

export interface SharedWork {
  /** Admits whole requests, first come first served. An admitted request is not refused any more. */
  readonly requests: Limit;
  /** Limits the calls of those requests, and of crawls. */
  readonly calls: Limit;
  /** Limits the calls of deletions, which do not wait for lists. */
  readonly deletions: Limit;
  /** Deletions in one repository, one after another. */
  readonly deletionTurns: InTurn;
  readonly refusals: Refusals;
  readonly shareCrawl: ShareCrawl;
}

export interface SharedWorkOptions {
  /** How many requests, and how many calls, run at a time. */
  readonly concurrency: number;
  /** How long a request may wait before it is `overloaded`. */
  readonly waitMs: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/**
 * How many may wait: requests, callers of crawls, calls of deletions, and deletions in each repository. More
 * are `overloaded`.
 */
const WAITING = 256;
/** Few, because Harbor runs the deletions of one project one after another. */
const DELETIONS = 4;

export function createSharedWork({ concurrency, waitMs, now }: SharedWorkOptions): SharedWork {
  return {
    requests: createLimit({ concurrency, waiting: WAITING, waitMs }),
    calls: createLimit({ concurrency }),
    deletions: createLimit({ concurrency: DELETIONS, waiting: WAITING, waitMs }),
    deletionTurns: createTurns({ waiting: WAITING, waitMs }),
    refusals: createRefusals(now),
    shareCrawl: createSharedCrawls(WAITING),
  };
}
