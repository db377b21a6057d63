/** The artifacts that no node holds. Doubt counts as held (docs/nodes.md#unused-artifacts). */

import type { KnownConfigs } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { humanSize } from '../../values/size.ts';
import type { ArtifactIn } from '../images/config-reader.ts';
import type { HeldIndex } from '../images/held-index.ts';
import { lastUseMs } from '../registry/artifact-times.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { LeftOut, UnusedArtifact } from './unused-answer.ts';

export interface UnusedInput {
  readonly repositories: readonly ReadRepository[];
  readonly held: HeldIndex;
  /** They decide some doubts. */
  readonly configs: KnownConfigs;
  /** Only what was neither pushed nor pulled since, milliseconds since the epoch; null: any age. */
  readonly sinceMs: number | null;
}

export interface FoundUnused {
  /** Largest first. */
  readonly artifacts: readonly UnusedArtifact[];
  /** Those that are left out for a doubt alone. */
  readonly doubted: readonly ArtifactIn[];
  /** The same, by name. */
  readonly leftOut: readonly LeftOut[];
}

export function unusedArtifacts(input: UnusedInput): FoundUnused {
  const found = input.repositories.map((repository) => unusedIn(repository, input));
  return {
    artifacts: found
      .flatMap(({ artifacts }) => artifacts)
      .sort((a, b) => b.size_bytes - a.size_bytes || byName(a, b)),
    doubted: found.flatMap(({ doubted }) => doubted),
    leftOut: found.flatMap(({ leftOut }) => leftOut).sort(byName),
  };
}

function byName(a: LeftOut | UnusedArtifact, b: LeftOut | UnusedArtifact): number {
  return (
    compareTexts(a.project, b.project) ||
    compareTexts(a.repository, b.repository) ||
    compareTexts(a.digest, b.digest)
  );
}

function unusedIn(
  { at, artifacts }: ReadRepository,
  { held, configs, sinceMs }: UnusedInput,
): FoundUnused {
  const holdersOf = held.holdersIn(`${at.project}/${at.repository}`, artifacts, configs);
  const heldArtifacts: RegistryArtifact[] = [];
  const doubted: ArtifactIn[] = [];
  const leftOut: LeftOut[] = [];
  for (const artifact of artifacts) {
    const holders = holdersOf(artifact);
    if (holders.length === 0) continue;
    heldArtifacts.push(artifact);
    if (holders.every(({ isDoubtful }) => isDoubtful) && isOlder(artifact, sinceMs)) {
      doubted.push({ at, artifact });
      const reason = holders.every(({ isBare }) => isBare) ? 'no_digest' : 'unknown_digest';
      const { digest, tags } = artifact;
      leftOut.push({ project: at.project, repository: at.repository, digest, tags, reason });
    }
  }
  const used = withParts(artifacts, heldArtifacts);
  return {
    artifacts: artifacts
      .filter((artifact) => !used.has(artifact.digest) && isOlder(artifact, sinceMs))
      .map((artifact) => rowOf(at, artifact)),
    doubted,
    leftOut,
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
function isOlder(artifact: RegistryArtifact, sinceMs: number | null): boolean {
  if (sinceMs === null) return true;
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
