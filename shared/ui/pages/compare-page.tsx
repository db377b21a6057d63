/** GET /ui/compare: which node has which image. The data of GET /compare. */

import * as z from 'zod/mini';
import { comparedImageList, findComparison } from '../../domain/comparison/compare-list.ts';
import { type NodeStatusRow, nodesMembersOf } from '../../domain/nodes/nodes-answer.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { filterAndSort, listOptions } from '../../values/list.ts';
import { CompareFilter, KindLinks, LackingNodes, NothingShown } from '../compare/compare-parts.tsx';
import { isLacking, isOfKind, KINDS, lackingByNode, matrixRows } from '../compare/matrix.ts';
import { MatrixTable } from '../compare/matrix-table.tsx';
import { answerPage } from '../page.tsx';
import { Pager, Results } from '../parts/list-parts.tsx';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { viewRows } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

/** A common cluster in one view. */
const PAGE_SIZE = 200;
/** The most cells that a browser can show at once: with many nodes, a slice has fewer images than asked for. */
const MAX_CELLS = 20_000;

const query = z.object({
  ...comparedImageList.query.shape,
  kind: z.optional(z.enum(KINDS, `expected one of ${KINDS.join(', ')}`)),
  /** Only what this node lacks and most of the others have. */
  lacks: z.optional(z.string('expected the name of a node')),
});
type Query = z.output<typeof query>;

export const comparePage = createFunction().get(
  '/ui/compare',
  mayView('read'),
  input({ query, emptyIsAbsent: true }),
  async (c) => {
    const { reading, comparison } = await findComparison(c.get('services'), requestOf(c));
    const { nodes } = nodesMembersOf(reading);
    const { memo } = c.get('services');
    const all = memo(matrixRows, comparison);
    return answerPage(c, {
      title: 'Compare',
      content: (
        <>
          <p class="lead">
            Which node has which image, compared by digest. What differs comes first.
          </p>
          <NodesNotice nodes={reading.nodes} />
          <CompareFilter c={c} nodes={nodes} />
          <Results>
            <Matrix c={c} query={c.req.valid('query')} nodes={nodes} all={all} />
          </Results>
        </>
      ),
    });
  },
);

interface MatrixViewProps {
  readonly c: FunctionContext;
  readonly query: Query;
  readonly nodes: readonly NodeStatusRow[];
  readonly all: ReturnType<typeof matrixRows>;
}

function Matrix({ c, query, nodes, all }: MatrixViewProps) {
  const { kind, lacks, ...slice } = query;
  const lacking = lackingByNode(all);
  const ofNode = lacks === undefined ? all : all.filter((row) => isLacking(row, lacks));
  const found = filterAndSort(ofNode, listOptions(slice), comparedImageList);
  const ofKind = kind === undefined ? ofNode : ofNode.filter((row) => isOfKind(row, kind));
  const fitting = Math.max(1, Math.floor(MAX_CELLS / nodes.length));
  const page_size = Math.min(slice.page_size ?? PAGE_SIZE, fitting);
  const list = viewRows(ofKind, comparedImageList, { ...slice, page_size });
  return (
    <>
      <LackingNodes c={c} nodes={nodes} lacking={lacking} />
      {nodes.some(({ status }) => status !== 'unreadable') && (
        <KindLinks c={c} rows={found} kind={kind ?? null} />
      )}
      {isPastEnd(list) ? (
        <PastEnd c={c} />
      ) : list.rows.length === 0 ? (
        <NothingShown c={c} nodes={nodes} lacks={lacks ?? null} isEmpty={all.length === 0} />
      ) : (
        <>
          <Pager c={c} list={list} />
          <MatrixTable c={c} nodes={nodes} rows={list.rows} lacking={lacking} />
        </>
      )}
    </>
  );
}
