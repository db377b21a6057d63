/** GET /nodes: every node with its figures. Upstream: the bridges. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';
import type { NodeRow } from '../shared/nodes/node-rows-answer.ts';

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
  input({ query: rows.query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(nodes, { nodes: edgeNodes });
