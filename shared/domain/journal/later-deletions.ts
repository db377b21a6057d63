/** What later deletions of the same artifact tell about one whose outcome is not known. */
import type { JournalRow } from '../../ports/journal-record.ts';

interface Later {
  /** Deletions that began after it, as the journal has them. */
  readonly later: readonly JournalRow[];
  /** From this time on, Harbor no longer works on it. Milliseconds since the epoch. */
  readonly endedByMs: number;
}

/**
 * The outcome of a deletion whose target is gone. If a later one found the artifact with the same push, it had
 * not been deleted before. After another push, or if Harbor may still have worked on it, no one knows which of
 * the two deleted it.
 */
export function outcomeOfGone(
  row: JournalRow,
  { later, endedByMs }: Later,
): 'deleted' | 'not_deleted' | 'unknown' {
  const repeated = later.filter((other) => hasSameTarget(row, other));
  const isProof = ({ push_time, outcome, time }: JournalRow): boolean =>
    push_time !== null &&
    push_time === row.push_time &&
    (outcome === 'deleted' || Date.parse(time) >= endedByMs);
  if (repeated.some(isProof)) return 'not_deleted';
  return repeated.every(({ outcome }) => outcome === 'not_deleted') ? 'deleted' : 'unknown';
}

/** Tells whether the other deletion removes what this one was to remove. */
function hasSameTarget(row: JournalRow, other: JournalRow): boolean {
  const isSameArtifact =
    other.registry === row.registry &&
    other.project === row.project &&
    other.repository === row.repository &&
    other.digest === row.digest;
  return isSameArtifact && (row.tag_only ? other.tags.includes(row.reference) : !other.tag_only);
}
