/** GET /drift: every image on any node, compared with the registry. Upstreams: the bridges and Harbor. */

import type { DriftRow } from '../shared/domain/drift/drift-answer.ts';
import { driftList, driftQuery, findDrift, keptRows } from '../shared/domain/drift/drift-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeContents } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, type RowList, rowList } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const drift = createFunction().get(
  '/drift',
  may('read'),
  input({ query: driftQuery, header: readingListHeaders }),
  async (c) => {
    const query = c.req.valid('query');
    const { reading, found } = await findDrift(c.get('services'), requestOf(c), query);
    const kept = keptRows(c.get('services'), found, query);
    const lists = c.get('services').memo(listsOf, kept);
    return answerOverNodes(c, { reading, lists, extra: { errors: found.errors } });
  },
);

function listsOf(rows: readonly DriftRow[]): readonly RowList[] {
  return [rowList('images', rows, driftList)];
}

export default edge(drift, { registry: edgeContents, nodes: edgeNodes });
