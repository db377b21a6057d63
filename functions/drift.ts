/** GET /drift: every image on any node, compared with the registry. Upstreams: the bridges and Harbor. */
import { driftList, driftQuery, findDrift, keptRows } from '../shared/domain/drift/drift-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeRegistry } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { readingListHeaders } from '../shared/http/host-reading.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, rowList } from '../shared/http/node-lists.ts';

export const drift = createFunction().get(
  '/drift',
  may('read'),
  input({ query: driftQuery, header: readingListHeaders }),
  async (c) => {
    const query = c.req.valid('query');
    const { reading, found } = await findDrift(c, query);
    const kept = keptRows(c, found, query);
    const lists = [rowList('images', kept, driftList)];
    const extra = { errors: found.errors };
    return answerOverNodes(c, { reading, lists, extra, madeFrom: kept });
  },
);

export default edge(drift, { harbor: edgeHarbor, nodes: edgeNodes, registry: edgeRegistry });
