/** The artifacts that no node holds. Doubt counts as held (docs/nodes.md#unused-artifacts). */

import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { humanSize } from '../../values/size.ts';
import type { HeldIndex } from '../images/held-index.ts';
import { lastUseMs } from '../registry/artifact-times.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { UnusedArtifact } from './unused-answer.ts';

export interface UnusedInput {
  readonly repositories: readonly ReadRepository[];
  readonly held: HeldIndex;
  /** Only what was neither pushed nor pulled since, milliseconds since the epoch; null: any age. */
  readonly sinceMs: number | null;
}

/** The rows, largest first. */
export function unusedArtifacts(input: UnusedInput): readonly UnusedArtifact[] {
  return input.repositories
    .flatMap((repository) => unusedIn(repository, input))
    .sort(
      (a, b) =>
        b.size_bytes - a.size_bytes ||
        compareTexts(a.project, b.project) ||
        compareTexts(a.repository, b.repository) ||
        compareTexts(a.digest, b.digest),
    );
}

function unusedIn(
  { at, artifacts }: ReadRepository,
  { held, sinceMs }: UnusedInput,
): readonly UnusedArtifact[] {
  const holdersOf = held.holdersIn(`${at.project}/${at.repository}`, artifacts);
  const used = withParts(
    artifacts,
    artifacts.filter((artifact) => holdersOf(artifact).length > 0),
  );
  return artifacts
    .filter((artifact) => !used.has(artifact.digest) && isOlder(artifact, sinceMs))
    .map((artifact) => rowOf(at, artifact));
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
