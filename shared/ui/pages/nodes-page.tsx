/** GET /ui: every node. The data of GET /nodes. */
import { createFunction } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { findNodes, nodeList } from '../../nodes/node-list.ts';
import type { NodeRow } from '../../nodes/node-rows-answer.ts';
import { answerPage } from '../page.tsx';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { SizeBar } from '../parts/values.tsx';
import { mayView } from '../view-access.ts';
import { viewRows } from '../view-list.ts';

export const nodesPage = createFunction().get(
  '/ui',
  mayView('read'),
  input({ query: nodeList.query, emptyIsAbsent: true }),
  async (c) => {
    const { nodes } = await findNodes(c);
    const list = viewRows(nodes, nodeList, c.req.valid('query'));
    const largest = Math.max(0, ...nodes.map(({ images_bytes }) => images_bytes ?? 0));
    return answerPage(c, {
      title: 'Nodes',
      place: 'nodes',
      content: (
        <>
          <FilterForm c={c} search="Node" />
          <Results>
            <Pager c={c} list={list} />
            {list.rows.map((node) => (
              <NodeCard node={node} largest={largest} />
            ))}
          </Results>
        </>
      ),
    });
  },
);

function NodeCard({ node, largest }: { readonly node: NodeRow; readonly largest: number }) {
  return (
    <article class={`node ${node.status}`}>
      <h2>
        <a href={`/ui/nodes/${encodeURIComponent(node.name)}`}>{node.name}</a>
      </h2>
      <p>{node.status}</p>
      <SizeBar bytes={node.images_bytes} largest={largest} />
    </article>
  );
}
