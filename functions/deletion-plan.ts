/**
 * GET /harbor/artifacts/{project}/{repository}/{reference}/deletion-plan: what a deletion would do, and what
 * prevents it. Upstreams: Harbor and the bridges.
 */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { artifactPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { listHeaders } from '../shared/http/list-answer.ts';

const query = z.strictObject({ tag_only: z.optional(z.boolean('expected true or false')) });

export const deletionPlan = createFunction().get(
  '/harbor/artifacts/:project/:repository{.+}/:reference/deletion-plan',
  may('read'),
  input({ param: artifactPath, query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(deletionPlan, { harbor: edgeHarbor, bridge: edgeBridge, nodes: edgeNodes });
