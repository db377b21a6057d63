/** GET /nodes: every node with its figures. Upstream: the bridges. */
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { readingListHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { stringify } from '../shared/http/answer.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import {
  defineList,
  filterAndSort,
  listAnswer,
  listOptions,
  sliceRows,
} from '../shared/http/list-answer.ts';
import { weakTag, withoutTimes } from '../shared/nodes/node-lists.ts';
import { nodeRow } from '../shared/nodes/node-rows.ts';
import type { NodeRow } from '../shared/nodes/node-rows-answer.ts';
import { readNodes } from '../shared/nodes/nodes-reading.ts';

const rows = defineList<NodeRow>({
  sortable: [
    'name',
    'status',
    'images',
    'images_bytes',
    'disk_bytes',
    'containers',
    'reclaimable_bytes_max',
  ],
  searched: (row) => [row.name],
});

export const nodes = createFunction().get(
  '/nodes',
  may('read'),
  input({ query: rows.query, header: readingListHeaders }),
  async (c) => {
    const { memo } = c.get('services');
    const options = listOptions(c.req.valid('query'));
    const { nodes: states, complete } = await readNodes(c, { allowStale: true });
    const all = states.map((state) => nodeRow(state, memo));
    const found = filterAndSort(all, options, rows);
    const shown = sliceRows(found, options.slice);
    const body = new TextEncoder().encode(stringify(c, { complete, nodes: shown }));
    const etag = await weakTag({ complete, nodes: shown.map(withoutTimes) });
    return listAnswer(c, { body, etag }, { total: found.length, slice: options.slice });
  },
);

export default edge(nodes, { nodes: edgeNodes });
