/** GET /ui: every node. The data of GET /nodes. And the fragment with their drift, which the page loads. */

import * as z from 'zod/mini';
import { findDrift } from '../../domain/drift/drift-list.ts';
import { findNodes, nodeList } from '../../domain/nodes/node-list.ts';
import type { NodeRow } from '../../domain/nodes/node-rows-answer.ts';
import { rawQuery } from '../../http/base/connection.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { orProblem } from '../../values/problem.ts';
import { DRIFT_COUNTS, DriftFragment, DriftLoader } from '../nodes/drift-slot.tsx';
import { largestOf, NodeCard } from '../nodes/node-card.tsx';
import { NodesSummary } from '../nodes/nodes-summary.tsx';
import { answerFragment, answerPage } from '../page.tsx';
import { SelectField } from '../parts/fields.tsx';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { linkWith, type ViewRows, viewRows } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

type NodesQuery = Parameters<typeof viewRows>[2];

const query = input({ query: nodeList.query, emptyIsAbsent: true });
/** All nodes of a page, or one of them. */
const driftInput = input({
  query: z.extend(nodeList.query, { node: z.optional(z.string('expected the name of a node')) }),
  emptyIsAbsent: true,
});

export const nodesPage = createFunction()
  .get('/ui', mayView('read'), query, async (c) => {
    const { nodes } = await findNodes(c.get('services'), requestOf(c));
    const list = rowsOf(nodes, c.req.valid('query'));
    const largest = largestOf(nodes);
    return answerPage(c, {
      title: 'Nodes',
      lead: 'The nodes that this service reads, and the images on each.',
      content: (
        <>
          <NodesSummary nodes={nodes} />
          <FilterForm c={c} search="Node" hasSort>
            <SelectField c={c} name="sort" label="Order" options={ORDERS} />
          </FilterForm>
          <Results>
            <Pager c={c} list={list} />
            <DriftLoader query={rawQuery(c)} />
            {largest !== null && list.rows.length > 0 && (
              <p class="small">
                Bars compare each node with the largest. They are not fill levels.
              </p>
            )}
            <div class="cards">
              {list.rows.map((node) => (
                <NodeCard node={node} largest={largest} />
              ))}
            </div>
            {isPastEnd(list) && <PastEnd c={c} />}
            {nodes.length === 0 && (
              <Empty title="There are no nodes.">
                <p>
                  Check <code>nodes_config</code>. Until it names the hosts, it is not known what is
                  in use.
                </p>
              </Empty>
            )}
            {nodes.length > 0 && list.total === 0 && (
              <Empty title="No node of this name.">
                <p>
                  <a href={linkWith(c, { q: null, page: null })}>Show all nodes</a>
                </p>
              </Empty>
            )}
          </Results>
        </>
      ),
    });
  })
  .get(DRIFT_COUNTS, mayView('read'), driftInput, async (c) => {
    const { node, ...query } = c.req.valid('query');
    const nodes = node === undefined ? await namesOnPage(c, query) : [node];
    // A problem is part of the fragment: htmx leaves a page as it is when it gets an error.
    const drift = await findDrift(c.get('services'), requestOf(c), { node }).catch(orProblem);
    return answerFragment(c, <DriftFragment nodes={nodes} drift={drift} />);
  });

/** The nodes that the page shows with their drift. */
async function namesOnPage(c: FunctionContext, query: NodesQuery): Promise<readonly string[]> {
  const { nodes } = await findNodes(c.get('services'), requestOf(c));
  const read = rowsOf(nodes, query).rows.filter(({ status }) => status !== 'unreadable');
  return read.map(({ name }) => name);
}

const ORDERS = [
  ['', 'Unreadable first'],
  ['name', 'Name'],
  ['-images', 'Most images'],
  ['-images_bytes', 'Largest'],
  ['-reclaimable_bytes_max', 'Most reclaimable'],
  ['-disk_bytes', 'Most disk used'],
] as const;

/** Sorts the rows. If no other order is asked for, what needs attention comes first. */
function rowsOf(nodes: readonly NodeRow[], query: NodesQuery): ViewRows<NodeRow> {
  const inOrder = query.sort === undefined ? nodes.toSorted((a, b) => rank(a) - rank(b)) : nodes;
  return viewRows(inOrder, nodeList, query);
}

function rank({ status }: NodeRow): number {
  return ['unreadable', 'stale', 'ok'].indexOf(status);
}
