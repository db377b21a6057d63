/** Joins the lines of the journal to rows, one for each deletion. */

import type { JournalRow } from '../../ports/journal-record.ts';
import { lastLineOf, type PeekedLine, peekLine, readLine } from './journal-lines.ts';

/** A deletion whose lines have been found, but not read yet. */
export interface UnreadRow {
  readonly id: string;
  /** True if its outcome is known. */
  readonly isSettled: boolean;
  /** The line that says what is deleted. */
  readonly text: string;
  /** Reads its line. Null: it is damaged. */
  readonly read: () => JournalRow | null;
}

export interface Join {
  /**
   * Takes the line before those that it has taken.
   * @returns the deletion that began with it, if one did, and whether the line, or a part of it, is damaged
   */
  add(text: string): { readonly row: UnreadRow | null; readonly isDamaged: boolean };
  /** The deletions whose first line is not in the file, newest first. To be called after the first line. */
  rest(): readonly UnreadRow[];
}

/**
 * Takes the lines from the last to the first, so that the outcome of a deletion is known when its intent
 * comes. Keeps only the outcomes whose intents have not come yet.
 */
export function joinBackwards(): Join {
  const outcomes = new Map<string, PeekedLine>();

  /** The last one counts. One that knows counts more than one that does not. */
  const addOutcome = (outcome: PeekedLine): void => {
    const later = outcomes.get(outcome.id);
    if (later === undefined || later.outcome === 'unknown') outcomes.set(outcome.id, outcome);
  };

  return {
    add(text) {
      if (text.trim() === '') return { row: null, isDamaged: false };
      const { line: whole, isCut } = lastLineOf(text);
      const line = peekLine(whole);
      if (line === null) return { row: null, isDamaged: true };
      if (line.outcome !== null) {
        addOutcome(line);
        return { row: null, isDamaged: isCut };
      }
      const outcome = outcomes.get(line.id);
      outcomes.delete(line.id);
      return { row: unreadRow(line, outcome), isDamaged: isCut };
    },
    rest: () => [...outcomes.values()].map((outcome) => unreadRow(outcome, outcome)),
  };
}

function unreadRow(begun: PeekedLine, ended: PeekedLine | undefined): UnreadRow {
  const { id } = begun;
  const outcome = ended?.outcome ?? 'unknown';
  const settled_at = ended === undefined || outcome === 'unknown' ? null : ended.time;
  return {
    id,
    isSettled: outcome !== 'unknown',
    text: begun.text,
    read: () => {
      const line = readLine(begun.text);
      if (line === null) return null;
      const { event: _, ...row } = line;
      return { ...row, outcome, settled_at };
    },
  };
}
