/** GET /harbor/unused: the artifacts that no node holds. Upstreams: the bridges and Harbor. */

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
import { answerOverNodes, rowList } from '../shared/http/lists/node-lists.ts';
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

    // The sum is that of all slices.
    const every = { ...listOptions(query), sort: null };
    const found = filterAndSort(artifacts, every, unusedList);
    const size_bytes = found.reduce((sum, row) => sum + row.size_bytes, 0);
    const left_out = filterAndSort(leftOut, every, leftOutList);
    const extra = { partial: isPartial, size_bytes, left_out };
    const lists = [rowList('artifacts', artifacts, unusedList)];
    return answerOverNodes(c, { reading, extra, lists });
  },
);

export default edge(harborUnused, { registry: edgeContents, nodes: edgeNodes });
