/** GET /journal: the deletions of this service, newest first. Upstream: the journal's file. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import {
  defineList,
  encodeList,
  filterAndSort,
  isFound,
  listAnswer,
  listHeaders,
  listOptions,
  sliceRows,
} from '../shared/http/list-answer.ts';
import { journalFilter } from '../shared/journal/journal-filter.ts';
import { JOURNAL_OUTCOMES, type JournalRow } from '../shared/journal/journal-record.ts';

const rows = defineList<JournalRow>({
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
// An unknown parameter is refused: a misspelt filter would answer more than was asked for.
const query = z.strictObject({
  ...rows.query.shape,
  project: z.optional(z.string()),
  actor: z.optional(z.string()),
  outcome: z.optional(z.enum(JOURNAL_OUTCOMES, `expected one of ${JOURNAL_OUTCOMES.join(', ')}`)),
  since: time(),
  until: time(),
});

export const journal = createFunction().get(
  '/journal',
  may('read'),
  input({ query, header: listHeaders }),
  async (c) => {
    const { project, actor, outcome, since, until, ...list } = c.req.valid('query');
    const { slice, sort, q } = listOptions(list);
    const search = q === null ? null : (row: JournalRow) => isFound(row, { q, definition: rows });
    const matches = journalFilter({ project, actor, outcome, since, until, search });
    const { journal } = c.get('services');
    // In the order of the file, only the rows of the slice are in memory.
    const isSorted = sort === null || (sort.field === 'time' && sort.descending);
    const found = await journal.read({ matches, slice: isSorted ? slice : null });
    const shown = isSorted
      ? found.rows
      : sliceRows(filterAndSort(found.rows, { slice, q: null, sort }, rows), slice);
    return listAnswer(c, await encodeList(c, shown), { total: found.total, slice });
  },
);

export default edge(journal);
