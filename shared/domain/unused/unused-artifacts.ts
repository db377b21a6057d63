/** The artifacts that no node holds. Doubt counts as held (docs/nodes.md#unused-artifacts). */

import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { type Memo, noMemo } from '../../ports/services.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { ProjectName, RepositoryAt, RepositoryName } from '../../values/names.ts';
import { humanSize } from '../../values/size.ts';
import type { ConfigDigests, DoubtedArtifact } from '../images/doubts.ts';
import type { HeldIndex } from '../images/held-index.ts';
import { lastUseMs } from '../registry/artifact-times.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { UnusedArtifact } from './unused-answer.ts';

export interface UnusedInput {
  readonly repositories: readonly ReadRepository[];
  readonly held: HeldIndex;
  /** They decide some doubts. */
  readonly configs: ConfigDigests;
  /** Only what was neither pushed nor pulled since, milliseconds since the epoch; null: any age. */
  readonly sinceMs: number | null;
}

export interface FoundUnused {
  /** Largest first. */
  readonly artifacts: readonly UnusedArtifact[];
  /** Those that are left out for a doubt alone. */
  readonly doubted: readonly DoubtedArtifact[];
}

/** Made once for lists of the registry and a reading: the rows are the same objects for all who ask about the same. */
export function unusedArtifacts(
  { repositories, held, configs, sinceMs }: UnusedInput,
  memo: Memo = noMemo,
): FoundUnused {
  const each = repositories
    .map(({ at, artifacts }) => memo(unusedIn, artifacts, held, configs, at.project, at.repository))
    .filter(({ artifacts, doubted }) => artifacts.length + doubted.length > 0);
  const found = memo(joined, held, ...each);
  if (sinceMs === null) return found;
  return {
    artifacts: found.artifacts.filter(({ push_time: pushTime, pull_time: pullTime }) =>
      isOlder({ pushTime, pullTime }, sinceMs),
    ),
    doubted: found.doubted.filter(({ artifact }) => isOlder(artifact, sinceMs)),
  };
}

function joined(_: HeldIndex, ...each: readonly FoundUnused[]): FoundUnused {
  return {
    artifacts: each
      .flatMap(({ artifacts }) => artifacts)
      .sort(
        (a, b) =>
          b.size_bytes - a.size_bytes ||
          compareTexts(a.project, b.project) ||
          compareTexts(a.repository, b.repository) ||
          compareTexts(a.digest, b.digest),
      ),
    doubted: each.flatMap(({ doubted }) => doubted),
  };
}

function unusedIn(
  artifacts: readonly RegistryArtifact[],
  held: HeldIndex,
  configs: ConfigDigests,
  project: ProjectName,
  repository: RepositoryName,
): FoundUnused {
  const at = { project, repository };
  const holdersOf = held.holdersIn(`${project}/${repository}`, artifacts);
  const heldArtifacts: RegistryArtifact[] = [];
  const doubted: DoubtedArtifact[] = [];
  for (const artifact of artifacts) {
    const configDigests = configs.get(artifact.digest) ?? null;
    const holders = holdersOf({ ...artifact, configDigests });
    if (holders.length === 0) continue;
    heldArtifacts.push(artifact);
    if (holders.every(({ isDoubtful }) => isDoubtful)) doubted.push({ at, artifact });
  }
  const used = withParts(artifacts, heldArtifacts);
  return {
    artifacts: artifacts
      .filter((artifact) => !used.has(artifact.digest))
      .map((artifact) => rowOf(at, artifact)),
    doubted,
  };
}

/** The digests of artifacts with those of their children, and of the children of these. */
function withParts(
  artifacts: readonly RegistryArtifact[],
  held: readonly RegistryArtifact[],
): ReadonlySet<string> {
  const byDigest = new Map(artifacts.map((artifact) => [artifact.digest, artifact]));
  const found = new Set(held.map(({ digest }) => digest)); // a loop over a Set visits what is added meanwhile
  for (const digest of found) {
    for (const child of byDigest.get(digest)?.children ?? []) found.add(child);
  }
  return found;
}

/** Tells whether an artifact was neither pushed nor pulled since. An unknown time of the push counts as now. */
function isOlder(artifact: Parameters<typeof lastUseMs>[0], sinceMs: number): boolean {
  const lastMs = lastUseMs(artifact);
  return lastMs !== null && lastMs < sinceMs;
}

function rowOf(
  { project, repository }: RepositoryAt,
  { digest, type, tags, sizeBytes, pushTime, pullTime }: RegistryArtifact,
): UnusedArtifact {
  return {
    project,
    repository,
    digest,
    type,
    tags,
    size: humanSize(sizeBytes),
    size_bytes: sizeBytes,
    push_time: pushTime,
    pull_time: pullTime,
  };
}
