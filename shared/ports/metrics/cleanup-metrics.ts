/** What is counted of cleanups. */

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
type CleanupOutcome = (typeof CLEANUP_OUTCOMES)[number];

export const CLEANED_OUTCOMES = ['deleted', 'kept', 'failed'] as const;
type CleanedOutcome = (typeof CLEANED_OUTCOMES)[number];

export interface CleanupMetrics {
  ended(outcome: CleanupOutcome): void;
  /** The number of artifacts that a cleanup begins to delete. */
  began(candidates: number): void;
  /** What became of one of them. */
  cleaned(artifact: { readonly outcome: CleanedOutcome; readonly size_bytes: number }): void;
}

export const noCleanupMetrics: CleanupMetrics = {
  ended: () => undefined,
  began: () => undefined,
  cleaned: () => undefined,
};
