/** GET /nodes/{node}/images: the images of one node, and what uses them. Upstream: its bridge. */
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { firstNames } from '../shared/first-names.ts';
import { readingListHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';
import { nodePath } from '../shared/nodes/node-path.ts';
import { nodeImageRows } from '../shared/nodes/node-rows.ts';
import type { NodeImage } from '../shared/nodes/node-rows-answer.ts';
import { nodeNames, readNode } from '../shared/nodes/nodes-reading.ts';
import { Problem } from '../shared/problem.ts';

/** How many names a message has; the problem's `nodes` has all. */
const MAX_NAMED = 20;

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
  input({ param: nodePath, query: rows.query, header: readingListHeaders }),
  async (c) => {
    const { memo, ignoreList, nodes } = c.get('services');
    const { node: name } = c.req.valid('param');
    const node = await readNode(c, name, { allowStale: true });
    if (node === null) throw unknownNode(name, await nodeNames(nodes));
    const { reading, problem, status } = node;
    if (reading === null || status === 'unreadable') throw problem ?? new Error('no reading');
    const ignored = ignoreList();
    const images = memo(reading, ignored, () => nodeImageRows(reading, ignored));
    return answerOverNodes(c, {
      reading: { nodes: [node], complete: status === 'ok' },
      lists: [rowList('images', images, rows)],
      madeFrom: images,
    });
  },
);

function unknownNode(name: string, known: readonly string[]): Problem {
  return new Problem(
    'not_found',
    `There is no node ${name}. The nodes are: ${firstNames(known, MAX_NAMED)}.`,
    { extras: { nodes: known } },
  );
}

export default edge(nodeImages, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
