/** The answers of deletions and of their plans. */

import type { RequestContext } from '../../ports/request.ts';
import { referenceText } from '../../values/names.ts';
import { nodesMembersOf } from '../nodes/nodes-answer.ts';
import type { TaggedPlan } from './decision.ts';
import type { DeletionAnswer, DeletionPlanAnswer, DryRunAnswer } from './deletion-answer.ts';
import type { DeletionPlan } from './plan.ts';

/** After a deletion. */
export function deletionAnswer(
  request: Pick<RequestContext, 'id'>,
  plan: DeletionPlan,
): DeletionAnswer {
  return { dry_run: false, deleted: true, ...commonMembers(request, plan), blockers: [] };
}

/** After a dry run: that of a deletion, with the members of the plan. */
export function dryRunAnswer(request: Pick<RequestContext, 'id'>, plan: TaggedPlan): DryRunAnswer {
  return { dry_run: true, deleted: false, ...planAnswer(request, plan) };
}

export function planAnswer(
  request: Pick<RequestContext, 'id'>,
  plan: TaggedPlan,
): DeletionPlanAnswer {
  // Nodes that were not read are unknown.
  const over = plan.nodes === null ? { complete: false, nodes: [] } : nodesMembersOf(plan.nodes);
  const { immutableTags, readOnly } = plan;
  return {
    ...commonMembers(request, plan),
    blockers: plan.blockers,
    ...over,
    complete: over.complete && immutableTags !== null && readOnly !== null,
    indexes: plan.indexes,
    immutable_tags: immutableTags,
    rules_proven: plan.rulesProven,
    read_only: readOnly,
    uses: plan.uses,
    present_on: plan.usage.presentOn,
    other_repositories: plan.otherRepositories,
  };
}

/** The headers of a plan. */
export function planHeaders({ tag }: TaggedPlan): Readonly<Record<'ETag', string>> {
  return { ETag: `"${tag}"` };
}

function commonMembers(
  request: Pick<RequestContext, 'id'>,
  { at, reference, artifact, ...plan }: DeletionPlan,
) {
  return {
    ...at,
    reference: referenceText(reference),
    digest: artifact.digest,
    tags: plan.tags,
    children: plan.children,
    accessories: plan.accessories,
    size_bytes: artifact.size_bytes,
    usage: plan.usage.usage,
    request_id: request.id,
  };
}
