/** The artifacts that no node holds. Doubt counts as held (docs/nodes.md#unused-artifacts). */

import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { humanSize } from '../../values/size.ts';
import type { ImageOnNodes } from '../drift/images-on-nodes.ts';
import { repositoryIndex } from '../drift/repository-index.ts';
import type { HeldIndex } from '../images/held-index.ts';
import type { NamedImage } from '../images/image-names.ts';
import { lastUseMs } from '../registry/artifact-times.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { UnusedArtifact } from './unused-answer.ts';

export interface UnusedInput {
  readonly repositories: readonly ReadRepository[];
  readonly held: HeldIndex;
  readonly images: readonly ImageOnNodes[];
  /** Only what was neither pushed nor pulled since, milliseconds since the epoch; null: any age. */
  readonly sinceMs: number | null;
}

/** The rows, largest first. */
export function unusedArtifacts(input: UnusedInput): readonly UnusedArtifact[] {
  const namesOf = namesByRepository(input.images);
  return input.repositories
    .flatMap((repository) => {
      const { project, repository: name } = repository.at;
      const names = namesOf.get(`${project}/${name}`) ?? [];
      return unusedIn(repository, { ...input, names });
    })
    .sort(
      (a, b) =>
        b.size_bytes - a.size_bytes ||
        compareTexts(a.project, b.project) ||
        compareTexts(a.repository, b.repository) ||
        compareTexts(a.digest, b.digest),
    );
}

interface RepositoryInput extends Pick<UnusedInput, 'held' | 'sinceMs'> {
  /** The names of images on nodes that may be of this repository. */
  readonly names: readonly NamedImage[];
}

function unusedIn(
  { at, artifacts }: ReadRepository,
  { held, names, sinceMs }: RepositoryInput,
): readonly UnusedArtifact[] {
  const repository = `${at.project}/${at.repository}`;
  const doubtful = doubtfulTags(artifacts, names);
  const isHeld = ({ digest, tags, children }: RegistryArtifact) =>
    held.holdersOf({ repository, digest, tags, children }).length > 0 ||
    tags.some((tag) => doubtful.has(tag));
  const used = withParts(artifacts, artifacts.filter(isHeld));
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

/**
 * The tags under which nodes have images whose digests the registry does not have. Such a digest may be that of
 * an index that is gone, which contained what has the tag now.
 */
function doubtfulTags(
  artifacts: readonly RegistryArtifact[],
  names: readonly NamedImage[],
): ReadonlySet<string> {
  if (names.length === 0) return new Set();
  const { digests: known } = repositoryIndex(artifacts);
  const unknown = names.filter(({ digests }) => !digests.some((digest) => known.has(digest)));
  return new Set(unknown.flatMap(({ tag }) => tag ?? []));
}

/** By `project/repository`. A node may know a repository under any registry's name, which may have a path. */
function namesByRepository(
  images: readonly ImageOnNodes[],
): ReadonlyMap<string, readonly NamedImage[]> {
  const names = new Map<string, NamedImage[]>();
  for (const image of images.flatMap((one) => one.names)) {
    const segments = image.repository.split('/');
    for (let start = 0; start < segments.length - 1; start++) {
      const suffix = segments.slice(start).join('/');
      const others = names.get(suffix);
      if (others === undefined) names.set(suffix, [image]);
      else others.push(image);
    }
  }
  return names;
}

/** Whether an artifact was neither pushed nor pulled since. An unknown time of the push counts as now. */
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
