/** GET /compare: which images all nodes have, some lack, one has alone, or have under another digest. Upstream: the bridges. */
import type { ComparedImage, Skew } from '../shared/comparison/compare-answer.ts';
import { compareNodes } from '../shared/comparison/comparison.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { readingListHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';
import { readNodes } from '../shared/nodes/nodes-reading.ts';

const images = defineList<ComparedImage>({
  sortable: ['digest', 'id', 'size_bytes'],
  searched: (row) => [...row.names, row.digest ?? '', row.id ?? ''],
});

/** They keep their order by name: the fields of `sort` are not theirs. */
const skews = defineList<Skew>({
  sortable: ['name'],
  searched: ({ name, variants }) => [name, ...variants.map(({ digest, id }) => digest ?? id ?? '')],
});

export const compare = createFunction().get(
  '/compare',
  may('read'),
  input({ query: images.query, header: readingListHeaders }),
  async (c) => {
    const { memo, ignoreList } = c.get('services');
    const reading = await readNodes(c, { allowStale: true });
    const ignored = ignoreList();
    const comparison = memo(reading.contents, ignored, () => compareNodes(reading.nodes, ignored));
    const lists = [
      rowList('common', comparison.common, images),
      rowList('partial', comparison.partial, images),
      rowList('single', comparison.single, images),
      rowList('skew', comparison.skew, skews),
    ];
    return answerOverNodes(c, { reading, lists, madeFrom: comparison });
  },
);

export default edge(compare, { nodes: edgeNodes, ignoreList: edgeIgnoreList });
