/** A repository of the registry by tag and digest. */
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';

export interface RepositoryIndex {
  readonly byTag: ReadonlyMap<string, RegistryArtifact>;
  /** The digests of its artifacts and of their children. */
  readonly digests: ReadonlySet<string>;
}

export function repositoryIndex(artifacts: readonly RegistryArtifact[]): RepositoryIndex {
  const byTag = new Map<string, RegistryArtifact>();
  const digests = new Set<string>();
  for (const artifact of artifacts) {
    for (const tag of artifact.tags) byTag.set(tag, artifact);
    digests.add(artifact.digest);
    for (const child of artifact.children) digests.add(child);
  }
  return { byTag, digests };
}
