/** The list of GET /journal, for the function and its page. */

import * as z from 'zod/mini';
import type { FoundRows } from '../../ports/journal.ts';
import { JOURNAL_OUTCOMES, type JournalRow } from '../../ports/journal-record.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import {
  defineList,
  filterAndSort,
  isFound,
  type ListDefinition,
  listOptions,
  sliceRows,
} from '../../values/list.ts';
import type { Slice } from '../../values/slice.ts';
import { journalFilter } from './journal-filter.ts';

const rows: ListDefinition<JournalRow> = defineList<JournalRow>({
  sortable: ['time', 'actor', 'project', 'repository', 'outcome', 'size_bytes'],
  searched: (row) => [
    `${row.project}/${row.repository}`,
    row.reference,
    row.digest,
    ...row.tags,
    row.reason ?? '',
    row.request_id,
  ],
});

const TIME = 'expected a time such as 2026-11-24T06:35:23Z; in a query, + is written %2B';
const time = () => z.optional(z.iso.datetime({ offset: true, error: TIME }));

export const journalList = {
  ...rows,
  // An unknown parameter is refused: a misspelt filter would answer more than was asked for.
  query: z.strictObject({
    ...rows.query.shape,
    project: z.optional(z.string()),
    actor: z.optional(z.string()),
    outcome: z.optional(z.enum(JOURNAL_OUTCOMES, `expected one of ${JOURNAL_OUTCOMES.join(', ')}`)),
    since: time(),
    until: time(),
  }),
};

interface FindOptions {
  /** The slice if the query asks for none; null, the default, for the complete list. */
  readonly slice?: Slice | null;
  /** Is called for each deletion that is found, those of other slices included. All lines are read for it. */
  readonly onFound?: (row: JournalRow) => void;
}

/** Finds what a query asks for, the last written first unless it sorts in another way. @throws Problem as `Journal.read` */
export async function findDeletions(
  { journal }: Pick<DomainServices, 'journal'>,
  { signal }: Pick<RequestContext, 'signal'>,
  query: z.output<typeof journalList.query>,
  { slice: otherwise = null, onFound }: FindOptions = {},
): Promise<FoundRows & { readonly slice: Slice | null }> {
  const { project, actor, outcome, since, until, ...list } = query;
  const { slice: asked, sort, q } = listOptions(list);
  const slice = asked ?? otherwise;
  const search =
    q === null ? null : (row: JournalRow) => isFound(row, { q, definition: journalList });
  const filter = journalFilter({ project, actor, outcome, since, until, search });
  const matches = onFound === undefined ? filter : seeing(filter, onFound);
  // In the order of the file, only the rows of the slice are in memory. That is not always the order of time: a clock
  // may step back, and several processes may write.
  const isSorted = sort === null;
  const found = await journal.read({ matches, slice: isSorted ? slice : null, signal });
  const shown = isSorted
    ? found.rows
    : sliceRows(filterAndSort(found.rows, { slice, q: null, sort }, journalList), slice);
  return { rows: shown, total: found.total, slice };
}

function seeing(
  filter: ReturnType<typeof journalFilter>,
  onFound: (row: JournalRow) => void,
): (row: JournalRow) => boolean {
  return (row) => {
    if (filter?.(row) === false) return false;
    onFound(row);
    return true;
  };
}
