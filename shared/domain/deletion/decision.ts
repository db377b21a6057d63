/** The decision on a deletion: its plan on given evidence, or the problem of the first blocker. */
import { Problem } from '../../values/problem.ts';
import type { DeletionContext, DeletionRequest } from './deletion-request.ts';
import { type Evidence, usageIn } from './evidence.ts';
import { type DeletionPlan, type PlanFacts, planContent, planFacts, planOf } from './plan.ts';
import { changesBetween, changesSince, type PlanTag, planTag } from './plan-tag.ts';
import { plannedBlockers } from './planned-artifact.ts';

/** A plan for its reader, with its tag. */
export interface TaggedPlan extends DeletionPlan, PlanFacts {
  readonly tag: PlanTag;
}

/** Makes the plan on evidence, if nothing prevents it. @throws Problem of the first blocker */
export type Decide = (evidence: Evidence) => DeletionPlan;

/** The plan on evidence whatever prevents it, with what its reader is told. */
export async function taggedPlan(
  context: DeletionContext,
  wanted: DeletionRequest,
  evidence: Evidence,
): Promise<TaggedPlan> {
  const { planTag: given } = wanted.options;
  const [usage, facts] = [usageIn(evidence), planFacts(evidence)];
  const content = planContent(wanted, evidence, { usage, facts });
  const changed = given === null ? null : await changesSince(given, content);
  const plan = planOf(wanted, evidence, { usage, changed });
  logPlan(context, plan);
  return { ...plan, ...facts, tag: await planTag(content) };
}

/**
 * Makes the decision for a deletion. The plan of its `If-Match` must hold on the first evidence. From then on contents
 * are compared and not hashes, so that nothing waits between the last decision and the deletion.
 * @throws Problem plan_changed, reference_moved if that plan does not hold
 */
export async function decisionOn(
  context: DeletionContext,
  wanted: DeletionRequest,
  first: Evidence,
): Promise<Decide> {
  const { planTag: given } = wanted.options;
  const contentOf = (evidence: Evidence, usage = usageIn(evidence)) =>
    planContent(wanted, evidence, { usage, facts: planFacts(evidence) });
  const agreed = given === null ? null : contentOf(first);
  const changedFirst = given === null || agreed === null ? null : await changesSince(given, agreed);
  if (changedFirst !== null) refuse(context, planOf(wanted, first, { changed: changedFirst }));

  return function decide(evidence) {
    const usage = usageIn(evidence);
    const changed = agreed && changesBetween(agreed, contentOf(evidence, usage));
    const { planned } = context;
    const found = planOf(wanted, evidence, { usage, changed, isCleanup: planned !== undefined });
    const more = planned === undefined ? [] : plannedBlockers(planned, found);
    const plan = { ...found, blockers: [...found.blockers, ...more] };
    if (plan.blockers.length > 0) refuse(context, plan);
    logPlan(context, plan);
    return plan;
  };
}

/** @throws Problem of the first blocker */
function refuse(context: DeletionContext, plan: DeletionPlan): void {
  logPlan(context, plan);
  const { blockers, artifact, changed } = plan;
  const [first] = blockers;
  if (first === undefined) return;
  const extras = { blockers, digest: artifact.digest, ...(changed && { changed }) };
  throw new Problem(first.code, first.detail, { extras });
}

function logPlan({ fields }: DeletionContext, plan: DeletionPlan): void {
  const { artifact, tags, children, accessories, usage } = plan;
  const { digest } = artifact;
  Object.assign(fields, { digest, tags, children, accessories, usage: usage.usage });
}
