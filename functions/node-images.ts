/** GET /nodes/{node}/images: the images of one node, and what uses them. Upstream: its bridge. */

import { findNodeImages, nodeImageList } from '../shared/domain/nodes/node-image-list.ts';
import type { NodeImage } from '../shared/domain/nodes/node-rows-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, type RowList, rowList } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { nodePath } from '../shared/http/node-path.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const nodeImages = createFunction().get(
  '/nodes/:node/images',
  may('read'),
  input({ param: nodePath, query: nodeImageList.query, header: readingListHeaders }),
  async (c) => {
    const { node, images } = await findNodeImages(
      c.get('services'),
      requestOf(c),
      c.req.valid('param').node,
    );
    const reading = { nodes: [node], complete: node.status === 'ok' };
    const lists = c.get('services').memo(listsOf, images);
    return answerOverNodes(c, { reading, lists });
  },
);

function listsOf(images: readonly NodeImage[]): readonly RowList[] {
  return [rowList('images', images, nodeImageList)];
}

export default edge(nodeImages, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
