/** Deletes an artifact or one of its tags: the plan, the guards, and the only place that deletes. */
import { deleteArtifact } from '../../adapters/harbor/artifact.ts';
import type { Tag } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import {
  type DeletionContext,
  type DeletionRequest,
  type Evidence,
  gatherEvidence,
  isOld,
  othersToLookUp,
  usageIn,
  withCurrentArtifact,
  withCurrentHost,
  withOthers,
} from './evidence.ts';
import { type BeforeSending, withOutcome } from './outcome/deletion-outcome.ts';
import { journalIntent } from './outcome/journal-intent.ts';
import { type DeletionPlan, type PlanFacts, planContent, planFacts, planOf } from './plan.ts';
import {
  changesBetween,
  changesSince,
  type PlanContent,
  type PlanTag,
  planTag,
} from './plan-tag.ts';
import { plannedBlockers } from './planned-artifact.ts';

/**
 * How often the artifact is read after the host, at most. If Harbor is so slow that even the last reading is
 * too old, that reading decides.
 */
const MAX_READS = 3;

/**
 * Thrown when it is the deletion's turn, but the evidence is too old or the host uses a digest that was not
 * looked up.
 */
class Outdated extends Error {
  override readonly name = 'Outdated';
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    super('The evidence is too old.');
    this.evidence = evidence;
  }
}

/** A plan for its reader, with its tag. */
export interface TaggedPlan extends DeletionPlan, PlanFacts {
  readonly tag: PlanTag;
}

/** Plans a deletion. Changes nothing. */
export async function planDeletion(
  context: DeletionContext,
  request: DeletionRequest,
): Promise<TaggedPlan> {
  const { planTag: given } = request.options;
  const evidence = await gatherEvidence(context, request);
  context.c.get('services').metrics.deletions.ended('dry_run');
  const [usage, facts] = [usageIn(evidence), planFacts(evidence)];
  const content = planContent(request, evidence, { usage, facts });
  const changed = given === null ? null : await changesSince(given, content);
  const plan = planOf(request, evidence, { usage, changed });
  logPlan(context, plan);
  return { ...plan, ...facts, tag: await planTag(content) };
}

/**
 * Deletes unless something prevents it. Reads the artifact again after the host, and the host again if the
 * deletion had to wait. Once the deletion is sent, it continues if the client disconnects.
 * @returns what was deleted
 * @throws Problem of the first blocker, or of Harbor
 */
export function deleteUnlessBlocked(
  context: DeletionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const tag = tagToRemove(request);
  // Lists that are shared would still have what is gone.
  const forget = () => context.c.get('services').registry.forget(request.at);
  return withOutcome(context, tag === null ? 'deleted' : 'untagged', async (before) => {
    let evidence = await gatherEvidence(context, request);
    const agreed = await agreedPlan(context, request, evidence);
    return context.session.deleteInTurn(request.at, async () => {
      for (let readsLeft = MAX_READS - 1; ; readsLeft--) {
        const result = await attempt(context, { request, agreed, evidence, readsLeft, before });
        if ('done' in result) return result.done;
        evidence = result.again;
      }
    });
  }).finally(forget);
}

/** One attempt of a deletion. */
interface Attempt {
  readonly request: DeletionRequest;
  /** The plan of `If-Match`; null: none. */
  readonly agreed: PlanContent | null;
  readonly evidence: Evidence;
  /** How often the artifact may be read again after this attempt. */
  readonly readsLeft: number;
  readonly before: BeforeSending;
}

/**
 * Deletes what the evidence allows. `done`: what was deleted. `again`: nothing was sent; this is the evidence
 * for the next attempt.
 */
async function attempt(
  context: DeletionContext,
  { request, agreed, readsLeft, before, ...given }: Attempt,
): Promise<{ readonly done: DeletionPlan } | { readonly again: Evidence }> {
  const { c, session } = context;
  const evidence = await withOthers(context, await withCurrentArtifact(context, given.evidence));
  let plan = allowedPlan(context, { request, agreed }, evidence);
  const beforeSend = async (): Promise<void> => {
    let current = evidence;
    do {
      current = await withCurrentHostIfOld(context, request, current);
      const isOutdated = othersToLookUp(current).length > 0 || isOld(c, current.artifactAtMs);
      if (readsLeft > 0 && isOutdated) throw new Outdated(current);
      plan = allowedPlan(context, { request, agreed }, current);
      c.req.raw.signal.throwIfAborted();
      // On a slow disk the line takes so long that the evidence is old when it is written.
    } while (await before.journal(journalIntent(context, plan)));
    before.sending();
  };
  const { at } = request;
  const deletion = { at, digest: plan.artifact.digest, tag: tagToRemove(request), beforeSend };
  try {
    await c.get('log').upstream(deleteArtifact(session, deletion));
    return { done: plan };
  } catch (err) {
    if (err instanceof Outdated) return { again: err.evidence };
    throw err;
  }
}

/** Reads the host again if its state is old. Not with `force`, which overrides what the host says. */
async function withCurrentHostIfOld(
  context: DeletionContext,
  { options }: DeletionRequest,
  evidence: Evidence,
): Promise<Evidence> {
  const isCurrent = options.force || !isOld(context.c, evidence.host.atMs);
  return isCurrent ? evidence : withCurrentHost(context, evidence);
}

/** The tag that is removed while the artifact stays; null: the artifact is deleted. */
function tagToRemove({ options, reference }: DeletionRequest): Tag | null {
  return options.tag_only && reference.kind === 'tag' ? reference.tag : null;
}

/**
 * The content of the plan of `If-Match`, if it still holds. From then on contents are compared and not hashes, so
 * that nothing waits between the last check and the deletion.
 * @returns null if the request names no plan
 * @throws Problem plan_changed, reference_moved
 */
async function agreedPlan(
  context: DeletionContext,
  request: DeletionRequest,
  evidence: Evidence,
): Promise<PlanContent | null> {
  const { planTag: given } = request.options;
  if (given === null) return null;
  const usage = usageIn(evidence);
  const content = planContent(request, evidence, { usage, facts: planFacts(evidence) });
  const changed = await changesSince(given, content);
  if (changed !== null) refuse(context, planOf(request, evidence, { usage, changed }));
  return content;
}

/**
 * The plan, if nothing prevents it.
 * @throws Problem of the first blocker
 */
function allowedPlan(
  context: DeletionContext,
  { request, agreed }: Pick<Attempt, 'request' | 'agreed'>,
  evidence: Evidence,
): DeletionPlan {
  const usage = usageIn(evidence);
  const contentNow = () => planContent(request, evidence, { usage, facts: planFacts(evidence) });
  const changed = agreed && changesBetween(agreed, contentNow());
  const found = planOf(request, evidence, { usage, changed });
  const { planned } = context;
  const more = planned === undefined ? [] : plannedBlockers(planned, found);
  const plan = { ...found, blockers: [...found.blockers, ...more] };
  if (plan.blockers.length > 0) refuse(context, plan);
  logPlan(context, plan);
  return plan;
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
