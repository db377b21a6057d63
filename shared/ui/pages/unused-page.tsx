/** GET /ui/unused: the artifacts that no node holds. The data of GET /harbor/unused. */

import type { Unused } from '../../domain/unused/read-unused.ts';
import { whyUndeletable } from '../../domain/unused/undeletable.ts';
import type { UnusedArtifact } from '../../domain/unused/unused-answer.ts';
import { findUnused, unusedList, unusedQuery } from '../../domain/unused/unused-list.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { searchParams } from '../../http/query.ts';
import { requestOf } from '../../http/request-context.ts';
import { Problem } from '../../values/problem.ts';
import { humanSize } from '../../values/size.ts';
import { UnusedTable } from '../harbor/unused-table.tsx';
import { answerPage } from '../page.tsx';
import { Figures } from '../parts/facts.tsx';
import { CheckField, TextField } from '../parts/fields.tsx';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { Empty, Notice } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { Copied } from '../parts/values.tsx';
import { nodeAddress } from '../view/links.ts';
import { linkWith, type ViewRows, viewRows } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

const LEAD =
  'Artifacts in Harbor that no node has. Once deleted, a node that needs one can no longer pull it.';

export const unusedPage = createFunction().get(
  '/ui/unused',
  mayView('read'),
  input({ query: unusedQuery, emptyIsAbsent: true }),
  async (c) => {
    const query = c.req.valid('query');
    const found = await findUnused(c.get('services'), requestOf(c), query).catch(orUsageUnknown);
    const problem = found instanceof Problem ? found : null;
    if (problem !== null) {
      const { code, message: detail } = problem;
      Object.assign(c.get('log').fields, { code, detail });
    }
    return answerPage(c, {
      title: 'Unused',
      lead: LEAD,
      status: problem?.status ?? 200,
      content: (
        <>
          <FilterForm c={c} search="Repository, tag or digest">
            <TextField c={c} name="project" label="Project" />
            <TextField c={c} name="older_than" label="Older than (30d, 4w)" />
            <CheckField c={c} name="allow_partial" label="Even if a node is unreadable" />
          </FilterForm>
          <Results>
            {found instanceof Problem ? (
              <UsageUnknown c={c} problem={found} />
            ) : (
              <Found c={c} unused={found} list={viewRows(found.artifacts, unusedList, query)} />
            )}
          </Results>
        </>
      ),
    });
  },
);

/** The page says itself what an unknown use means. */
function orUsageUnknown(err: unknown): Problem {
  if (err instanceof Problem && err.code === 'usage_unknown') return err;
  throw err;
}

function UsageUnknown({ c, problem }: { readonly c: FunctionContext; readonly problem: Problem }) {
  const unreadable = problem.extras['unreadable'];
  const names = Array.isArray(unreadable) ? unreadable.map(String) : [];
  return (
    <Notice kind="warn" title="What is unused is unknown, because not every node can be read.">
      {names.length > 0 && (
        <>
          <p>These nodes cannot be read:</p>
          <ul>
            {names.map((name) => (
              <li>
                <a href={nodeAddress(name)}>{name}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        Open a node to see what is wrong and how to fix it, then reload this page. Or{' '}
        <PartialLink c={c} />: it then also contains what only an unreadable node has.
      </p>
      <details class="unfold" open={names.length === 0}>
        <summary>Details</summary>
        <p>{problem.message}</p>
        <p class="small">
          <code>{problem.code}</code>, request{' '}
          <Copied text={c.get('requestId')} what="request id" />
        </p>
      </details>
    </Notice>
  );
}

function PartialLink({ c }: { readonly c: FunctionContext }) {
  return <a href={linkWith(c, { allow_partial: true, page: null })}>show the list anyway</a>;
}

/** Filters that leave artifacts out. */
const FILTERS = ['q', 'project', 'older_than'];

/** An answer without every node says nothing about what is in use. */
function Nothing({ c, isPartial }: { readonly c: FunctionContext; readonly isPartial: boolean }) {
  const isFiltered = FILTERS.some((name) => (searchParams(c).get(name) ?? '') !== '');
  return isFiltered ? (
    <Empty title="No unused artifact matches.">
      <p>
        <a href="/ui/unused">Remove the filters</a> to see all unused artifacts.
      </p>
    </Empty>
  ) : (
    <Empty title="No artifact is unused.">
      <p>
        {isPartial
          ? 'Nodes that could be read hold every artifact.'
          : 'Nodes hold every artifact that the account of this service can see.'}
      </p>
    </Empty>
  );
}

interface FoundProps {
  readonly c: FunctionContext;
  readonly unused: Unused;
  readonly list: ViewRows<UnusedArtifact>;
}

function Found({ c, unused, list }: FoundProps) {
  const { reading, isPartial, leftOut } = unused;
  const undeletable = unused.undeletable();
  const why = list.found.map((row) => [row, whyUndeletable(undeletable, row)] as const);
  const kept = why.flatMap(([row, reason]) =>
    reason === null || reason === 'unknown' ? [] : [row],
  );
  const keptBytes = kept.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const bytes = list.found.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const largest = list.found.reduce((most, { size_bytes }) => Math.max(most, size_bytes), 0);
  return (
    <>
      <NodesNotice nodes={reading.nodes} />
      {isPartial && (
        <Notice kind="warn" title="Artifacts in this list may be in use.">
          <p>Do not delete any of them until every node can be read.</p>
        </Notice>
      )}
      {why.some(([, reason]) => reason === 'unknown') && (
        <Notice kind="warn" title="Harbor cannot read its rules of immutable tags.">
          <p>
            Until it can, it deletes nothing. Check its database and the log of harbor-core, then
            reload this page.
          </p>
        </Notice>
      )}
      {leftOut.length > 0 && (
        <Notice kind="info" title={`Left out: ${leftOut.length}, because a node may hold them.`}>
          <p>
            A node has an image whose digest Harbor does not have, or which has no digest. With the
            right to pull, the account of this service can read the manifests that tell.
          </p>
        </Notice>
      )}
      {list.total === 0 ? (
        <Nothing c={c} isPartial={isPartial} />
      ) : (
        <>
          <Figures
            facts={[
              ['Unused artifacts', list.total],
              ['Total size', humanSize(bytes)],
              ...(kept.length === 0
                ? []
                : ([['Harbor keeps', `${kept.length} (${humanSize(keptBytes)})`]] as const)),
            ]}
          />
          <p class="small">
            Unused does not always mean deletable: Harbor keeps what is immutable or part of an
            index, and may refuse others. Sizes are as Harbor counts them; artifacts can share
            layers. To delete many, use a <a href="/ui/cleanup">cleanup</a>.
          </p>
          <Pager c={c} list={list} />
          {isPastEnd(list) ? (
            <PastEnd c={c} />
          ) : (
            <UnusedTable c={c} list={list} largest={largest} undeletable={undeletable} />
          )}
        </>
      )}
    </>
  );
}
