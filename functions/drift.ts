/** GET /drift: every image on any node, compared with the registry. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import { DRIFT_STATUSES, type DriftRow } from '../shared/drift/drift-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const rows = defineList<DriftRow>({
  sortable: ['status', 'repository', 'tag', 'digest', 'running'],
  searched: (row) => [`${row.repository}:${row.tag ?? ''}`, row.digest ?? ''],
});

const STATUS = `expected one of ${DRIFT_STATUSES.join(', ')}`;
const query = z.extend(rows.query, {
  node: z.optional(z.string('expected the name of a node')),
  status: z.optional(z.enum(DRIFT_STATUSES, STATUS)),
  running: z.optional(z.boolean('expected true or false')),
  namespace: z.optional(z.string('expected the name of a namespace')),
});

export const drift = createFunction().get(
  '/drift',
  may('read'),
  input({ query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(drift, { harbor: edgeHarbor, nodes: edgeNodes });
