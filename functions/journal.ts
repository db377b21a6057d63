/** GET /journal: the deletions of this service, newest first. Upstream: the journal file. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';
import { JOURNAL_OUTCOMES, type JournalRow } from '../shared/journal/journal-record.ts';

const rows = defineList<JournalRow>({
  sortable: ['time', 'actor', 'project', 'repository', 'outcome', 'size_bytes'],
  searched: (row) => [
    `${row.project}/${row.repository}`,
    row.reference,
    row.digest,
    row.reason ?? '',
  ],
});

const TIME = 'expected a time such as 2026-11-24T06:35:23Z';
const query = z.extend(rows.query, {
  project: z.optional(z.string()),
  actor: z.optional(z.string()),
  outcome: z.optional(z.enum(JOURNAL_OUTCOMES, `expected one of ${JOURNAL_OUTCOMES.join(', ')}`)),
  since: z.optional(z.string(TIME)),
  until: z.optional(z.string(TIME)),
});

export const journal = createFunction().get(
  '/journal',
  may('read'),
  input({ query, header: listHeaders }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(journal);
