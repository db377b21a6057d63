/** The plan of a deletion: what it would do, and what prevents it, as it follows from the evidence. */

import type { NodesReading } from '../../ports/nodes.ts';
import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { referenceText } from '../../values/names.ts';
import type { Use } from '../images/use.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { Blocker } from './deletion-answer.ts';
import type { DeletionRequest } from './deletion-request.ts';
import { type Evidence, usageIn, usesIn } from './evidence.ts';
import { deletionBlockers, overriddenGuards } from './guards.ts';
import type { PlanContent, PlanMember } from './plan-tag.ts';

/** The plan of a deletion: what would be deleted, and what prevents it. */
export interface DeletionPlan extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  /** The tags that are removed. */
  readonly tags: readonly string[];
  /** Digests of the children of an index that are deleted with it. */
  readonly children: readonly string[];
  /** Digests of the accessories that are deleted with it. */
  readonly accessories: readonly string[];
  readonly usage: ArtifactUsage;
  /** How the nodes were read; null if they were not. */
  readonly nodes: NodesReading | null;
  /** The reasons that prevent the deletion, the most important first. */
  readonly blockers: readonly Blocker[];
  /** Codes of the guards that `force` overrides. */
  readonly overridden: readonly string[];
  /** The members that have changed since the plan of `If-Match`; null: nothing has, or there was no such plan. */
  readonly changed: readonly PlanMember[] | null;
}

/** The facts that a plan tells in addition to a deletion. */
export interface PlanFacts {
  /** Digests of the indexes that refer to the artifact. */
  readonly indexes: readonly string[];
  /** Null: Harbor cannot read its rules, or could not when it answered the artifact. */
  readonly immutableTags: readonly string[] | null;
  /** True if Harbor has shown its rules, and `immutableTags` has all that they say. */
  readonly rulesProven: boolean;
  /** Null: Harbor does not say. */
  readonly readOnly: boolean | null;
  readonly uses: readonly Use[];
  /** The others that have the same digest; null if Harbor cannot say. */
  readonly otherRepositories: readonly string[] | null;
}

/** The parts of a plan that may be known already. They are passed on, because many nodes take long to search. */
interface Known {
  readonly usage?: ArtifactUsage;
  readonly changed?: DeletionPlan['changed'];
  readonly isCleanup?: boolean;
}

/** The plan that follows from the evidence. */
export function planOf(
  request: DeletionRequest,
  evidence: Evidence,
  { usage = usageIn(evidence), changed = null, isCleanup = false }: Known = {},
): DeletionPlan {
  const { reference, options } = request;
  const { artifact, readOnly, relatives } = evidence;
  const { parentDigests } = relatives;
  const isReadOnly = readOnly === true;
  const deletion = {
    artifact,
    reference,
    usage,
    options,
    parentDigests,
    isReadOnly,
    changed,
    isCleanup,
  };
  return {
    ...request,
    artifact,
    tags: options.tag_only ? [referenceText(reference)] : artifact.tags,
    children: options.tag_only ? [] : relatives.childDigests,
    accessories: options.tag_only ? [] : relatives.accessoryDigests,
    usage,
    nodes: evidence.host.nodes,
    blockers: deletionBlockers(deletion),
    overridden: overriddenGuards(deletion),
    changed,
  };
}

/** The facts of evidence that was gathered for a plan. */
export function planFacts(evidence: Evidence): PlanFacts {
  const { artifact, relatives, readOnly, tagRules, otherRepositories } = evidence;
  return {
    indexes: relatives.parentDigests.toSorted(compareTexts),
    immutableTags: tagRules === 'unreadable' ? null : artifact.immutableTags.toSorted(compareTexts),
    rulesProven: tagRules === 'readable',
    readOnly,
    uses: usesIn(evidence),
    otherRepositories,
  };
}

/** Collects what the tag of a plan covers: the same for a plan, a dry run and a deletion, whatever their conditions. */
export function planContent(
  request: DeletionRequest,
  evidence: Evidence,
  { usage, facts }: { readonly usage: ArtifactUsage; readonly facts: PlanFacts },
): PlanContent {
  const { at, reference, options } = request;
  const unconditional = { ...options, force: false, ifMatch: null, planTag: null };
  const plan = planOf({ ...request, options: unconditional }, evidence, { usage });
  const { indexes, immutableTags, readOnly, uses, otherRepositories } = facts;
  const { artifact, nodes, blockers } = plan;
  const sorted = (texts: readonly string[]) => JSON.stringify(texts.toSorted(compareTexts));
  return {
    reference: JSON.stringify([at.project, at.repository, referenceText(reference)]),
    digest: artifact.digest,
    tags: sorted(artifact.tags),
    children: sorted(plan.children),
    accessories: sorted(plan.accessories),
    indexes: sorted(indexes),
    immutable_tags: immutableTags === null ? 'unknown' : sorted(immutableTags),
    read_only: String(readOnly),
    size_bytes: String(artifact.size_bytes),
    usage: usage.usage,
    uses: sorted(uses.map(({ since: _, ...steady }) => JSON.stringify(steady))),
    present_on: sorted(usage.presentOn),
    nodes: sorted(nodes?.nodes.map(({ name, status }) => `${name} ${status}`) ?? []),
    other_repositories: otherRepositories === null ? 'unknown' : sorted(otherRepositories),
    blockers: sorted(blockers.map(({ code }) => code)),
    tag_only: String(options.tag_only),
  };
}
