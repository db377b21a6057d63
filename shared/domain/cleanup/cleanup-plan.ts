/**
 * The plan of a cleanup: which artifacts a policy chooses, and why the others are kept. It depends on its
 * input alone (docs/cleanup.md#what-is-kept).
 */

import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { tagList } from '../../values/first-names.ts';
import type { CompiledPolicy } from '../../values/policy/policy.ts';
import type { Steps } from '../../values/waiting/give-way.ts';
import type { ArtifactIn } from '../images/config-reader.ts';
import { byName } from '../registry/artifact-order.ts';
import { lastUseMs, timeMs } from '../registry/artifact-times.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { Candidate, Kept, KeptReason } from './cleanup-answer.ts';

/** How the nodes hold an artifact. Doubt counts as use. */
export interface Holding {
  readonly reason: 'in_use' | 'present';
  /** A sentence with the nodes and containers. */
  readonly detail: string;
  /** True if nothing else holds it, and its configurations may show that this does not either. */
  readonly isDoubtful?: boolean;
}

export interface PlanInput {
  readonly policy: CompiledPolicy;
  /** Those that the policy covers. */
  readonly repositories: readonly ReadRepository[];
  /** Tells how the nodes hold each artifact of a repository; null if no node does. */
  readonly holdingsIn: (
    repository: ReadRepository,
  ) => (artifact: RegistryArtifact) => Holding | null;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface CleanupPlan {
  /** In the order of their deletion: the oldest push first. */
  readonly candidates: readonly Candidate[];
  readonly kept: readonly Kept[];
  /** Those of `kept` that are kept for a doubt alone. */
  readonly doubted: readonly ArtifactIn[];
}

/** Makes the plan, a repository with each step. */
export function* planCleanup(input: PlanInput): Steps<CleanupPlan> {
  const kept: Kept[] = [];
  const doubted: ArtifactIn[] = [];
  const chosen: Candidate[] = [];
  for (const repository of input.repositories) {
    yield;
    const newest = newestOf(input.policy, repository.artifacts);
    const referenced = new Set(repository.artifacts.flatMap(({ children }) => children));
    const holdingOf = input.holdingsIn(repository);
    for (const artifact of repository.artifacts) {
      const row = rowOf(repository, artifact, input.nowMs);
      const byPolicy = keptByPolicy(input, artifact, newest);
      const holding = byPolicy === null ? holdingOf(artifact) : null;
      const byRegistry = keptByRegistry(artifact, referenced.has(artifact.digest));
      // What is certain comes before a doubt.
      const certain = byPolicy ?? (holding?.isDoubtful ? null : holding) ?? byRegistry;
      const why = certain ?? holding;
      if (why === null) chosen.push({ ...row, rules: rulesOf(input.policy, artifact) });
      else kept.push({ ...row, reason: why.reason, detail: why.detail });
      if (certain === null && holding !== null) doubted.push({ at: repository.at, artifact });
    }
  }
  const { candidates, beyond } = withinLimits(input.policy, chosen.toSorted(byAge));
  return { candidates, kept: [...kept, ...beyond], doubted };
}

type Why = Pick<Kept, 'reason' | 'detail'>;
const why = (reason: KeptReason, detail: string): Why => ({ reason, detail });

/** Why the policy does not choose an artifact; null: it does. */
function keptByPolicy(
  { policy, nowMs }: PlanInput,
  artifact: RegistryArtifact,
  newest: ReadonlySet<RegistryArtifact>,
): Why | null {
  const { tags } = artifact;
  if (tags.length === 0) {
    if (policy.untagged === false) {
      return why('untagged', 'It has no tag, and the policy leaves artifacts without a tag alone.');
    }
  } else {
    if (policy.untagged === 'only') {
      return why('tagged', 'It has a tag, and the policy is for artifacts without one.');
    }
    const others = tags.filter((tag) => !policy.coversTag(tag));
    if (others.length > 0) {
      return why('other_tags', `The policy does not cover ${tagList(others)}.`);
    }
    if (newest.has(artifact)) {
      return why('newest', `It is one of the ${policy.keepNewest} that were pushed last.`);
    }
  }
  return keptByAge(policy, artifact, nowMs);
}

/** An unknown time of the push counts as now. */
function keptByAge(
  { olderThanMs, source }: CompiledPolicy,
  artifact: RegistryArtifact,
  nowMs: number,
): Why | null {
  if (olderThanMs === null) return null;
  const lastMs = lastUseMs(artifact);
  if (lastMs === null) return why('too_new', 'Harbor does not say when it was pushed.');
  if (nowMs - lastMs > olderThanMs) return null;
  const wasPulled = lastMs !== timeMs(artifact.pushTime);
  const since = new Date(lastMs).toISOString();
  return why(
    'too_new',
    `It was ${wasPulled ? 'pulled' : 'pushed'} at ${since}, which is less than ${source.older_than} ago.`,
  );
}

/** Why the registry would not delete an artifact; null: it would. */
function keptByRegistry({ immutableTags }: RegistryArtifact, isReferenced: boolean): Why | null {
  if (immutableTags.length > 0) {
    const detail = `Harbor's rules make ${tagList(immutableTags)} immutable.`;
    return why('immutable', detail);
  }
  return isReferenced ? why('referenced', 'An index refers to it.') : null;
}

/**
 * The newest artifacts that `keep_newest` keeps: those with a covered tag count, in use or not. Those without
 * a known time are kept too, and do not count.
 */
function newestOf(
  { keepNewest, coversTag }: CompiledPolicy,
  artifacts: readonly RegistryArtifact[],
): ReadonlySet<RegistryArtifact> {
  if (keepNewest === null) return new Set();
  const covered = artifacts
    .filter(({ tags }) => tags.some(coversTag))
    .map((artifact) => ({ artifact, pushedMs: timeMs(artifact.pushTime) ?? UNKNOWN_MS }));
  const times = covered.map(({ pushedMs }) => pushedMs).filter((ms) => ms !== UNKNOWN_MS);
  // The time of the last one to keep. Of those that were pushed at this time, none is older than another.
  const lastMs = times.toSorted((a, b) => b - a)[keepNewest - 1] ?? Number.NEGATIVE_INFINITY;
  return new Set(
    covered.filter(({ pushedMs }) => pushedMs >= lastMs).map(({ artifact }) => artifact),
  );
}

/** In place of an unknown time: later than any other. */
const UNKNOWN_MS = Number.POSITIVE_INFINITY;

function rowOf({ at }: ReadRepository, artifact: RegistryArtifact, nowMs: number) {
  const { digest, tags, sizeBytes, pushTime, pullTime } = artifact;
  const lastMs = lastUseMs(artifact);
  return {
    project: at.project,
    repository: at.repository,
    digest,
    tags,
    size_bytes: sizeBytes,
    push_time: pushTime,
    pull_time: pullTime,
    age_seconds: lastMs === null ? null : Math.max(0, Math.floor((nowMs - lastMs) / 1000)),
  };
}

/** All rules of the policy that an artifact has met. */
function rulesOf(policy: CompiledPolicy, { tags }: RegistryArtifact): readonly string[] {
  const isTagged = tags.length > 0;
  const rules = [
    isTagged && policy.tags !== null && 'tags',
    isTagged && policy.keepNewest !== null && 'keep_newest',
    !isTagged && 'untagged',
    policy.olderThanMs !== null && 'older_than',
  ];
  return rules.filter((rule) => rule !== false);
}

/** The oldest push first; unknown ones last. */
function byAge(a: Candidate, b: Candidate): number {
  const order = ({ push_time }: Candidate) => timeMs(push_time) ?? Number.MAX_SAFE_INTEGER;
  return order(a) - order(b) || byName(a, b);
}

/** Takes candidates up to the first that would pass a limit. */
function withinLimits(policy: CompiledPolicy, chosen: readonly Candidate[]) {
  const { maxDeletions, maxBytes } = policy;
  let bytes = 0;
  const end = chosen.findIndex(({ size_bytes }, index) => {
    bytes += size_bytes;
    return index >= maxDeletions || bytes > maxBytes;
  });
  if (end === -1) return { candidates: chosen, beyond: [] };
  const limit = end >= maxDeletions ? 'max_deletions' : 'max_bytes';
  const detail = `It would be deleted next, but the policy has reached its ${limit}.`;
  const beyond = chosen.slice(end).map(
    ({ rules: _, ...row }): Kept => ({
      ...row,
      ...why('limit', detail),
    }),
  );
  return { candidates: chosen.slice(0, end), beyond };
}
