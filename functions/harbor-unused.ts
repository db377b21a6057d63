/** GET /harbor/unused: the artifacts that no node holds. Upstreams: the bridges and Harbor. */

import type { UnusedArtifact } from '../shared/domain/unused/unused-answer.ts';
import {
  findUnused,
  leftOutList,
  unusedList,
  unusedQuery,
} from '../shared/domain/unused/unused-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeContents } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, type RowList, rowList } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { filterAndSort, listOptions } from '../shared/values/list.ts';

export const harborUnused = createFunction().get(
  '/harbor/unused',
  may('read'),
  input({ query: unusedQuery, header: readingListHeaders }),
  async (c) => {
    const query = c.req.valid('query');
    const { artifacts, leftOut, reading, isPartial } = await findUnused(
      c.get('services'),
      requestOf(c),
      query,
    );

    const every = { ...listOptions(query), sort: null };
    const left_out = filterAndSort(leftOut, every, leftOutList);
    const lists = c.get('services').memo(listsOf, artifacts);
    return answerOverNodes(c, { reading, extra: { partial: isPartial, left_out }, lists });
  },
);

function listsOf(artifacts: readonly UnusedArtifact[]): readonly RowList[] {
  const list = rowList('artifacts', artifacts, unusedList, (found) => ({
    size_bytes: found.reduce((sum, row) => sum + row.size_bytes, 0),
  }));
  return [list];
}

export default edge(harborUnused, { registry: edgeContents, nodes: edgeNodes });
