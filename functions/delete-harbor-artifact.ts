/**
 * DELETE /harbor/artifacts/{project}/{repository}/{reference}: deletes one artifact, or one tag of
 * it, unless it is in use or has other tags. Upstreams: Harbor and the bridges.
 */

import {
  type DeletionPlan,
  deleteUnlessBlocked,
  planDeletion,
} from '../shared/deletion/deletion.ts';
import type { DeletionAnswer } from '../shared/deletion/deletion-answer.ts';
import {
  deletionHeaders,
  deletionOptions,
  deletionQuery,
} from '../shared/deletion/deletion-options.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { referenceText } from '../shared/harbor/http/url.ts';
import { may } from '../shared/http/access.ts';
import { json } from '../shared/http/answer.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { harborSession } from '../shared/http/harbor-endpoints.ts';
import { artifactPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { searchParams } from '../shared/http/query.ts';

export const deleteHarborArtifact = createFunction().delete(
  '/harbor/artifacts/:project/:repository{.+}/:reference',
  may((c) => (asksForPlan(c) ? 'read' : 'write')),
  input({ param: artifactPath, query: deletionQuery, header: deletionHeaders }),
  async (c) => {
    const { project, repository, reference } = c.req.valid('param');
    const options = deletionOptions(reference, c.req.valid('query'), c.req.valid('header'));
    const log = c.get('log');
    const { ifMatch, ...flags } = options;
    Object.assign(log.fields, {
      project,
      repository,
      reference: referenceText(reference),
      ...flags,
    });
    if (ifMatch !== null) log.fields['if_match'] = ifMatch;
    if (options.dry_run) log.level = 'INFO';

    const context = { c, session: harborSession(c), fields: log.fields };
    const request = { at: { project, repository }, reference, options };
    const plan = await (options.dry_run
      ? planDeletion(context, request)
      : deleteUnlessBlocked(context, request));
    return json(c, deletionAnswer(c, plan));
  },
);

/** Access is checked before the input, so anything but a plain `true` needs the right to delete. */
function asksForPlan(c: FunctionContext): boolean {
  return searchParams(c).getAll('dry_run').join() === 'true';
}

function deletionAnswer(
  c: FunctionContext,
  { at, reference, options, ...plan }: DeletionPlan,
): DeletionAnswer {
  return {
    dry_run: options.dry_run,
    deleted: !options.dry_run,
    ...at,
    reference: referenceText(reference),
    digest: plan.artifact.digest,
    tags: plan.tags,
    children: plan.children,
    accessories: plan.accessories,
    size_bytes: plan.artifact.size_bytes,
    usage: plan.usage.usage,
    blockers: options.dry_run ? plan.blockers : [],
    request_id: c.get('requestId'),
  };
}

export default edge(deleteHarborArtifact, {
  harbor: edgeHarbor,
  bridge: edgeBridge,
  nodes: edgeNodes,
});
