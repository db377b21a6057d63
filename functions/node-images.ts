/** GET /nodes/{node}/images: the images of one node, and what uses them. Upstream: its bridge. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';
import { nodePath } from '../shared/nodes/node-path.ts';
import type { NodeImage } from '../shared/nodes/node-rows-answer.ts';

const rows = defineList<NodeImage>({
  sortable: [
    'repository',
    'tag',
    'image_id',
    'size',
    'id',
    'digest',
    'size_bytes',
    'pinned',
    'in_use',
  ],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

export const nodeImages = createFunction().get(
  '/nodes/:node/images',
  may('read'),
  input({ param: nodePath, query: rows.query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(nodeImages, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
