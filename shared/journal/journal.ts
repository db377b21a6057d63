/** The journal as the deletions use it. */
import type { JournalIntent, JournalOutcome, JournalRow } from './journal-record.ts';

/** A deletion with a line in the journal. */
export interface JournalEntry {
  /** Writes the second line. Never rejects: a failure is logged, and the deletion is settled at the next start. */
  settle(outcome: JournalOutcome): Promise<void>;
}

export interface Journal {
  /** Whether `delete_config.journal_file` is set. Then `force` needs a reason. */
  readonly configured: boolean;
  /**
   * Writes the first line, and returns when it is on the disk. Without a file, the log has the record.
   * @throws Problem journal_unavailable: nothing may be deleted
   */
  begin(intent: JournalIntent): Promise<JournalEntry>;
  /**
   * All deletions, newest first.
   * @throws Problem journal_unavailable; unsupported_here where there are no files
   */
  rows(): Promise<readonly JournalRow[]>;
}
