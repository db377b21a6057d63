/** What all sessions of a process share. On workerd requests must share nothing: there it is left out. */
import { createLimit, type Limit } from '../limit.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createSharedRuns, type ShareRun } from './shared-runs.ts';

export interface SharedWork {
  /** Admits whole requests, first come first served; who was admitted is not refused any more. */
  readonly requests: Limit;
  /** The calls of those, and of crawls. */
  readonly calls: Limit;
  /** The calls of deletions, which wait for no list. */
  readonly deletions: Limit;
  readonly refusals: Refusals;
  readonly shareRun: ShareRun;
}

export interface SharedWorkOptions {
  /** Requests at a time, and calls at a time. */
  readonly concurrency: number;
  /** How long a request may wait before it is `overloaded`. */
  readonly waitMs: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** Requests, and deletions, that may wait before `overloaded`. */
const WAITING = 256;
/** Harbor carries deletions in one project out one after another. */
const DELETIONS = 4;

export function createSharedWork({ concurrency, waitMs, now }: SharedWorkOptions): SharedWork {
  return {
    requests: createLimit({ concurrency, waiting: WAITING, waitMs }),
    calls: createLimit({ concurrency }),
    deletions: createLimit({ concurrency: DELETIONS, waiting: WAITING, waitMs }),
    refusals: createRefusals(now),
    shareRun: createSharedRuns(),
  };
}
