/**
 * GET /harbor/artifacts/{project}/{repository}/{reference}/deletion-plan: what a deletion would do, and what
 * prevents it. Upstreams: Harbor and the bridges.
 */

import { planDeletion } from '../shared/domain/deletion/deletion.ts';
import { planOptions, planQuery } from '../shared/domain/deletion/deletion-options.ts';
import { deletionContext } from '../shared/domain/deletion/deletion-request.ts';
import { planAnswer, planHeaders } from '../shared/domain/deletion/plan-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgePlans } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { answer } from '../shared/http/base/answer.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { json } from '../shared/http/json-answer.ts';
import { matchesTag } from '../shared/http/lists/list-answer.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { artifactPath } from '../shared/values/name-schemas.ts';

export const deletionPlan = createFunction().get(
  '/harbor/artifacts/:project/:repository{.+}/:reference/deletion-plan',
  may('read'),
  input({
    param: artifactPath,
    query: planQuery,
    header: readingListHeaders,
  }),
  async (c) => {
    const { project, repository, reference } = c.req.valid('param');
    const options = planOptions(reference, c.req.valid('query'));
    const at = { project, repository };
    const plan = await planDeletion(deletionContext(c.get('services'), requestOf(c)), {
      at,
      reference,
      options,
    });
    const headers = planHeaders(plan);
    const known = c.req.valid('header')['if-none-match'];
    return matchesTag(known, headers.ETag)
      ? answer(c, null, { status: 304, headers })
      : json(c, planAnswer(requestOf(c), plan), { headers });
  },
);

export default edge(deletionPlan, {
  registry: edgePlans,
  bridge: edgeBridge,
  nodes: edgeNodes,
});
