/**
 * DELETE /harbor/artifacts/{project}/{repository}/{reference}: deletes one artifact, or one tag of
 * it, unless it is in use or has other tags. Upstreams: Harbor and the bridges.
 */

import { deleteUnlessBlocked, planDeletion } from '../shared/domain/deletion/deletion.ts';
import {
  deletionHeaders,
  deletionOptions,
  deletionQuery,
} from '../shared/domain/deletion/deletion-options.ts';
import { deletionContext, logDeletionRequest } from '../shared/domain/deletion/deletion-request.ts';
import {
  deletionAnswer,
  dryRunAnswer,
  planHeaders,
} from '../shared/domain/deletion/plan-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeDeletions } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { json } from '../shared/http/json-answer.ts';
import { searchParams } from '../shared/http/query.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { artifactPath } from '../shared/values/name-schemas.ts';

export const deleteHarborArtifact = createFunction().delete(
  '/harbor/artifacts/:project/:repository{.+}/:reference',
  may((c) => (asksForPlan(c) ? 'read' : 'write')),
  input({ param: artifactPath, query: deletionQuery, header: deletionHeaders }),
  async (c) => {
    const { project, repository, reference } = c.req.valid('param');
    const options = deletionOptions(reference, {
      query: c.req.valid('query'),
      ifMatch: c.req.valid('header')['if-match'],
      isJournaled: c.get('services').journal.configured,
    });
    const request = { at: { project, repository }, reference, options };
    logDeletionRequest(requestOf(c), request);
    const context = deletionContext(c.get('services'), requestOf(c));
    if (!options.dry_run)
      return json(c, deletionAnswer(requestOf(c), await deleteUnlessBlocked(context, request)));
    c.get('log').level = 'INFO';
    const plan = await planDeletion(context, request);
    return json(c, dryRunAnswer(requestOf(c), plan), { headers: planHeaders(plan) });
  },
);

/** Access is checked before the input, so anything but a plain `true` needs the right to delete. */
function asksForPlan(c: FunctionContext): boolean {
  return searchParams(c).getAll('dry_run').join() === 'true';
}

export default edge(deleteHarborArtifact, {
  registry: edgeDeletions,
  bridge: edgeBridge,
  nodes: edgeNodes,
});
