/** The journal of deletions, as functions use it. Each implementation passes test/ports/journal-suite.ts. */
import type { Slice } from '../values/slice.ts';
import type { JournalIntent, JournalOutcome, JournalRow } from './journal-record.ts';

/** A deletion with a line in the journal. */
export interface JournalEntry {
  /** Writes the second line. Never rejects: if that fails, it is logged, and the line is written later. */
  settle(outcome: JournalOutcome): Promise<void>;
}

/** The rows that a reader asks for. */
export interface JournalSearch {
  /** Tells whether a row matches; null: all rows match. */
  readonly matches: ((row: JournalRow) => boolean) | null;
  /** The slice to return; null: all rows. */
  readonly slice: Slice | null;
  /** Ends the reading when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

export interface FoundRows {
  /** Newest first. */
  readonly rows: readonly JournalRow[];
  /** How many rows match, in all slices. */
  readonly total: number;
}

export interface Journal {
  /** True if `delete_config.journal_file` is set. Then `force` needs a reason. */
  readonly configured: boolean;
  /**
   * Writes the first line, and returns when it is on the disk. Without a file, the log has the record.
   * @throws Problem journal_unavailable: nothing may be deleted
   */
  begin(intent: JournalIntent): Promise<JournalEntry>;
  /**
   * Reads deletions.
   * @throws Problem journal_unavailable; unsupported_here where there are no files; response_too_large; overloaded
   */
  read(search: JournalSearch): Promise<FoundRows>;
  /**
   * True if lines can be written.
   * @throws Problem journal_unavailable
   */
  check(): Promise<void>;
}
