/** How far a cleanup has come. */
import type { Cleaned } from './cleanup-answer.ts';

export interface CleanupProgress {
  readonly deleted: number;
  readonly deleted_bytes: number;
  readonly kept_now: number;
  readonly failed: number;
}

/** Why a cleanup ends before its last candidate. */
export interface Stopped {
  readonly code: string;
  readonly detail: string;
}

export interface ProgressCount {
  add(result: Cleaned): void;
  figures(): CleanupProgress;
  readonly results: readonly Cleaned[];
  /** How many failed since one did not. */
  failuresInARow(): number;
}

/** Before anything is done. */
export const NO_PROGRESS: CleanupProgress = {
  deleted: 0,
  deleted_bytes: 0,
  kept_now: 0,
  failed: 0,
};

/** Counts the results of one cleanup. */
export function createProgress(): ProgressCount {
  const results: Cleaned[] = [];
  let figures = NO_PROGRESS;
  let failures = 0;
  return {
    results,
    figures: () => figures,
    failuresInARow: () => failures,
    add(result) {
      const { outcome, size_bytes } = result;
      const { deleted, deleted_bytes, kept_now, failed } = figures;
      results.push(result);
      failures = outcome === 'failed' ? failures + 1 : 0;
      figures = {
        deleted: deleted + Number(outcome === 'deleted'),
        deleted_bytes: deleted_bytes + (outcome === 'deleted' ? size_bytes : 0),
        kept_now: kept_now + Number(outcome === 'kept'),
        failed: failed + Number(outcome === 'failed'),
      };
    },
  };
}
