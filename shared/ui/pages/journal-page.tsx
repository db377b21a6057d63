/** GET /ui/journal: the deletions of this service. The data of GET /journal. */
import * as z from 'zod/mini';
import { findDeletions, journalList } from '../../domain/journal/journal-list.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { searchParams } from '../../http/query.ts';
import { requestOf } from '../../http/request-context.ts';
import { ActorLinks, actorCounter } from '../journal/actor-counts.tsx';
import { DeletionTable } from '../journal/deletion-table.tsx';
import { JournalFilterForm, PeriodLinks } from '../journal/journal-filter-form.tsx';
import { periodQuery } from '../journal/period.ts';
import { answerPage } from '../page.tsx';
import { Pager, Results } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { FIRST_SLICE } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

const query = z.strictObject({ ...journalList.query.shape, ...periodQuery });
const FILTERS = ['q', 'actor', 'project', 'outcome', 'since', 'until'];
const PAGE = {
  title: 'Journal',
  lead: 'The deletions made through this service: who deleted what, why, and with what outcome.',
} as const;

export const journalPage = createFunction().get(
  '/ui/journal',
  mayView('read'),
  input({ query, emptyIsAbsent: true }),
  async (c) => {
    if (!c.get('services').journal.configured)
      return answerPage(c, { ...PAGE, content: <SetUp /> });
    const counter = actorCounter();
    const isFiltered = FILTERS.some((name) => (searchParams(c).get(name) ?? '') !== '');
    const found = await findDeletions(c.get('services'), requestOf(c), c.req.valid('query'), {
      slice: FIRST_SLICE,
      // To count all deletions, every line of the file would have to be parsed.
      ...(isFiltered && { onFound: counter.add }),
    });
    const list = { ...found, slice: found.slice ?? FIRST_SLICE, found: found.rows };
    return answerPage(c, {
      ...PAGE,
      content: (
        <>
          <JournalFilterForm c={c} />
          <Results>
            <PeriodLinks c={c} />
            <ActorLinks c={c} counts={counter.counts} />
            <Pager c={c} list={list} />
            {isPastEnd(list) ? (
              <PastEnd c={c} />
            ) : list.rows.length > 0 ? (
              <DeletionTable c={c} rows={list.rows} />
            ) : (
              <NoDeletion c={c} isFiltered={isFiltered} />
            )}
          </Results>
        </>
      ),
    });
  },
);

function SetUp() {
  return (
    <Empty title="There is no journal yet.">
      <p>
        To keep a record of each deletion, set <code>delete_config.journal_file</code> (
        <code>JOURNAL_FILE</code>) to a path and restart the service, for example:
      </p>
      <pre>
        <code>{'"delete_config": { "journal_file": "/var/lib/image-api/journal.jsonl" }'}</code>
      </pre>
      <p>
        Until then, the record of each deletion is in the log only. A journal needs a file system,
        so there is none on an edge runtime.
      </p>
    </Empty>
  );
}

interface NoDeletionProps {
  readonly c: FunctionContext;
  readonly isFiltered: boolean;
}

function NoDeletion({ c, isFiltered }: NoDeletionProps) {
  return isFiltered ? (
    <Empty title="No deletion matches.">
      <p>
        <a href={c.req.path}>Show all deletions</a>
      </p>
    </Empty>
  ) : (
    <Empty title="The journal has no deletion yet.">
      <p>
        Deletions appear here as soon as they start, those of the API and of cleanups too. Those
        before a rotation of the file are in the file that was put aside.
      </p>
    </Empty>
  );
}
