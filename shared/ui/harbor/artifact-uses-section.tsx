/** Who uses an artifact, or why that is not known. */

import { type ArtifactUses, useList } from '../../domain/usage/usage-list.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Problem } from '../../values/problem.ts';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { Empty } from '../parts/notices.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { linkWith, viewRows } from '../view/view-list.ts';
import { UseTable } from './use-table.tsx';

type Query = Parameters<typeof viewRows>[2];

interface ArtifactUsesSectionProps {
  readonly c: FunctionContext;
  /** A problem if it could not be found out. */
  readonly uses: ArtifactUses | Problem;
  /** As the API's. */
  readonly query: Query;
}

export function ArtifactUsesSection({ c, uses, query }: ArtifactUsesSectionProps) {
  return (
    <section aria-labelledby="uses">
      <h2 id="uses">Who uses it</h2>
      {uses instanceof Problem ? (
        <>
          <p>It is not known who uses the artifact.</p>
          <ProblemBox c={c} problem={uses} />
        </>
      ) : (
        <FoundUses c={c} found={uses} query={query} />
      )}
    </section>
  );
}

interface FoundUsesProps extends Pick<ArtifactUsesSectionProps, 'c' | 'query'> {
  readonly found: ArtifactUses;
}

function FoundUses({ c, found: { reading, uses }, query }: FoundUsesProps) {
  const { nodes } = reading;
  const list = viewRows(uses, useList, query);
  return (
    <>
      <NodesNotice nodes={nodes} />
      {uses.length === 0 ? (
        <NoUses complete={reading.complete} nodes={nodes.length} />
      ) : (
        <>
          {uses.length > MANY && <FilterForm c={c} search="Node, pod or container" />}
          <Results>
            <Pager c={c} list={list} />
            {list.rows.length === 0 ? (
              <Empty title="No use matches, or there is no such page.">
                <p>
                  <a href={linkWith(c, { q: null, page: null })}>Show all</a>
                </p>
              </Empty>
            ) : (
              <UseTable label="Uses of the artifact" uses={list.rows} sortedBy={c} />
            )}
          </Results>
        </>
      )}
    </>
  );
}

/** More uses than these need a search. */
const MANY = 10;

function NoUses({ complete, nodes }: { readonly complete: boolean; readonly nodes: number }) {
  if (nodes === 0) {
    return (
      <Empty title="There are no nodes, so it is not known who uses it.">
        <p>
          Check <code>nodes_config</code>.
        </p>
      </Empty>
    );
  }
  return complete ? (
    <Empty title={nodes === 1 ? 'The node does not have it.' : 'No node has it.'}>
      <p>No container uses it, in any state.</p>
    </Empty>
  ) : (
    <Empty title="No node that could be read has it.">
      <p>It may be in use on the others.</p>
    </Empty>
  );
}
