/** GET /compare: which images all nodes have, some lack, one has alone, or have under another digest. Upstream: the bridges. */
import * as z from 'zod/mini';
import type { ComparedImage } from '../shared/comparison/compare-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const rows = defineList<ComparedImage>({
  sortable: ['digest', 'id', 'size_bytes'],
  searched: (row) => row.names,
});

export const compare = createFunction().get(
  '/compare',
  may('read'),
  input({ query: rows.query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(compare, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
