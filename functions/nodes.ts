/** GET /nodes: every node with its figures. Upstream: the bridges. */

import { findNodes, nodeList } from '../shared/domain/nodes/node-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { stringify } from '../shared/http/json-answer.ts';
import { listAnswer } from '../shared/http/lists/list-answer.ts';
import { weakTag, withoutTimes } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { filterAndSort, listOptions, sliceRows } from '../shared/values/list.ts';

export const nodes = createFunction().get(
  '/nodes',
  may('read'),
  input({ query: nodeList.query, header: readingListHeaders }),
  async (c) => {
    const options = listOptions(c.req.valid('query'));
    const { complete, nodes: all } = await findNodes(c.get('services'), requestOf(c));
    const found = filterAndSort(all, options, nodeList);
    const shown = sliceRows(found, options.slice);
    const { configuration } = c.get('services');
    const body = new TextEncoder().encode(stringify({ complete, nodes: shown }, configuration));
    const etag = await weakTag({ complete, nodes: shown.map(withoutTimes) });
    return listAnswer(c, { parts: [body], etag }, { total: found.length, slice: options.slice });
  },
);

export default edge(nodes, { nodes: edgeNodes });
