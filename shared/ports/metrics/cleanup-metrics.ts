/** What is counted of cleanups. */
import type { Cleaned } from '../../domain/cleanup/cleanup-answer.ts';

/**
 * `planned`: nothing was to be deleted. `completed`: each candidate was tried. `stopped`: it ended before, for a reason
 * that the answer names. `abandoned`: the client left. `refused`: the plan has changed. `failed`: there is no plan.
 */
export const CLEANUP_OUTCOMES = [
  'planned',
  'completed',
  'stopped',
  'abandoned',
  'refused',
  'failed',
] as const;
export type CleanupOutcome = (typeof CLEANUP_OUTCOMES)[number];

export const CLEANED_OUTCOMES = [
  'deleted',
  'kept',
  'failed',
] as const satisfies Cleaned['outcome'][];

export interface CleanupMetrics {
  ended(outcome: CleanupOutcome): void;
  /** The number of artifacts that a cleanup begins to delete. */
  began(candidates: number): void;
  /** What became of one of them. */
  cleaned(artifact: Pick<Cleaned, 'outcome' | 'size_bytes'>): void;
}

export const noCleanupMetrics: CleanupMetrics = {
  ended: () => undefined,
  began: () => undefined,
  cleaned: () => undefined,
};
