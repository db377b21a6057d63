/** GET /compare: which images all nodes have, some lack, one has alone, or have under another digest. Upstream: the bridges. */

import {
  comparedImageList,
  findComparison,
  skewList,
} from '../shared/domain/comparison/compare-list.ts';
import type { Comparison } from '../shared/domain/comparison/comparison.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, type RowList, rowList } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const compare = createFunction().get(
  '/compare',
  may('read'),
  input({ query: comparedImageList.query, header: readingListHeaders }),
  async (c) => {
    const { reading, comparison } = await findComparison(c.get('services'), requestOf(c));
    const lists = c.get('services').memo(listsOf, comparison);
    return answerOverNodes(c, { reading, lists });
  },
);

function listsOf({ common, partial, single, skew }: Comparison): readonly RowList[] {
  return [
    rowList('common', common, comparedImageList),
    rowList('partial', partial, comparedImageList),
    rowList('single', single, comparedImageList),
    rowList('skew', skew, skewList),
  ];
}

export default edge(compare, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
