/** What is counted of deletions, of their plans, and of the journal. */
import type { BlockerCode } from './blocker-codes.ts';

/**
 * `gone`: another deletion was faster. `refused`: by a guard or by a rule of Harbor. `failed`: for any other reason, and
 * nothing was deleted. `cancelled`: the client left before it was sent. `dry_run`: a plan.
 */
export const DELETION_OUTCOMES = [
  'deleted',
  'tag_removed',
  'gone',
  'refused',
  'failed',
  'cancelled',
  'unknown',
  'dry_run',
] as const;
export type DeletionOutcome = (typeof DELETION_OUTCOMES)[number];

export interface DeletionMetrics {
  ended(outcome: DeletionOutcome): void;
  /** What a refused deletion was refused for. */
  blocked(blockers: readonly BlockerCode[]): void;
}

export const noDeletionMetrics: DeletionMetrics = {
  ended: () => undefined,
  blocked: () => undefined,
};

export interface JournalMetrics {
  /** A line was written, or could not be. */
  wrote(outcome: 'written' | 'failed'): void;
  /** True if the last line or check worked. */
  writable(isWritable: boolean): void;
}

export const noJournalMetrics: JournalMetrics = {
  wrote: () => undefined,
  writable: () => undefined,
};
