/** GET /usage/{project}/{repository}/{reference}: who uses an artifact. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { artifactPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';
import type { Use } from '../shared/use/usage-answer.ts';

const rows = defineList<Use>({
  sortable: ['node', 'namespace', 'pod', 'container', 'state', 'since', 'match'],
  searched: (row) => [row.node, row.namespace ?? '', row.pod ?? '', row.container ?? ''],
});

export const usage = createFunction().get(
  '/usage/:project/:repository{.+}/:reference',
  may('read'),
  input({
    param: artifactPath,
    query: rows.query,
    header: z.extend(listHeaders, hostHeaders.shape),
  }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(usage, { harbor: edgeHarbor, nodes: edgeNodes });
