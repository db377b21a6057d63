/** The artifacts that no node holds. Doubt counts as held (docs/nodes.md#unused-artifacts). */

import type { KnownConfigs } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { type Memo, noMemo } from '../../ports/services.ts';
import type { ProjectName, RepositoryAt, RepositoryName } from '../../values/names.ts';
import { humanSize } from '../../values/size.ts';
import type { ArtifactIn } from '../images/config-reader.ts';
import type { HeldIndex } from '../images/held-index.ts';
import { byName } from '../registry/artifact-order.ts';
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
  readonly doubted: readonly DoubtedUnused[];
}

export type DoubtedUnused = ArtifactIn & Pick<LeftOut, 'reason'>;

const NO_CONFIGS: KnownConfigs = { of: () => null, hasId: () => false, count: () => 0 };

/** Made once for lists of the registry and a reading: the rows are the same objects for all who ask about the same. */
export function unusedArtifacts(
  { repositories, held, configs, sinceMs }: UnusedInput,
  memo: Memo = noMemo,
): FoundUnused {
  const each = repositories
    .map(({ at: { project, repository }, artifacts }) => {
      const all = memo(rowsOf, artifacts, project, repository);
      const found = memo(unusedIn, all, held, NO_CONFIGS, 0);
      if (found.doubted.length === 0) return found;
      // Only doubts depend on configurations, of which more and more are known.
      return memo(unusedIn, all, held, configs, configs.count());
    })
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
      .sort((a, b) => b.size_bytes - a.size_bytes || byName(a, b)),
    doubted: each.flatMap(({ doubted }) => doubted),
  };
}

/** A repository with the row of each artifact, in the same order. */
interface RepositoryRows {
  readonly at: RepositoryAt;
  readonly artifacts: readonly RegistryArtifact[];
  readonly rows: readonly UnusedArtifact[];
}

/** The rows depend on the registry alone, so that they stay the same objects when doubts are decided. */
function rowsOf(
  artifacts: readonly RegistryArtifact[],
  project: ProjectName,
  repository: RepositoryName,
): RepositoryRows {
  const at = { project, repository };
  return { at, artifacts, rows: artifacts.map((artifact) => rowOf(at, artifact)) };
}

function unusedIn(
  { at, artifacts, rows }: RepositoryRows,
  held: HeldIndex,
  configs: KnownConfigs,
  _count: number,
): FoundUnused {
  const holdersOf = held.holdersIn(`${at.project}/${at.repository}`, artifacts, configs);
  const heldArtifacts: RegistryArtifact[] = [];
  const doubted: DoubtedUnused[] = [];
  for (const artifact of artifacts) {
    const holders = holdersOf(artifact);
    if (holders.length === 0) continue;
    heldArtifacts.push(artifact);
    if (!holders.every(({ isDoubtful }) => isDoubtful)) continue;
    const reason = holders.every(({ isBare }) => isBare) ? 'no_digest' : 'unknown_digest';
    doubted.push({ at, artifact, reason });
  }
  const used = withParts(artifacts, heldArtifacts);
  return {
    artifacts: rows.filter(({ digest }) => !used.has(digest)),
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

export function leftOutRow({ at, artifact: { digest, tags }, reason }: DoubtedUnused): LeftOut {
  return { ...at, digest, tags, reason };
}
