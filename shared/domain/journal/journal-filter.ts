/** The filters of GET /journal. */
import type { JournalSearch } from '../../ports/journal.ts';
import type { JournalOutcome, JournalRow } from '../../ports/journal-record.ts';

export interface JournalFilters {
  readonly project?: string | undefined;
  readonly actor?: string | undefined;
  readonly outcome?: JournalOutcome | undefined;
  /** RFC 3339; the deletions at this time or later. */
  readonly since?: string | undefined;
  /** RFC 3339; the deletions before this time. */
  readonly until?: string | undefined;
  readonly search: ((row: JournalRow) => boolean) | null;
}

/** Tells whether a row passes all filters; null if there are none. */
export function journalFilter(filters: JournalFilters): JournalSearch['matches'] {
  const { project, actor, outcome, since, until, search } = filters;
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  const untilMs = until === undefined ? Infinity : Date.parse(until);
  const isTimed = since !== undefined || until !== undefined;
  const conditions: readonly (((row: JournalRow) => boolean) | null)[] = [
    project === undefined ? null : (row) => row.project === project,
    actor === undefined ? null : (row) => row.actor === actor,
    outcome === undefined ? null : (row) => row.outcome === outcome,
    isTimed ? ({ time }) => Date.parse(time) >= sinceMs && Date.parse(time) < untilMs : null,
    search,
  ];
  const set = conditions.filter((condition) => condition !== null);
  return set.length === 0 ? null : (row) => set.every((condition) => condition(row));
}
