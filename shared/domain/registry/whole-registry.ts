/** All artifacts of the registry, or of some projects. */

import type { ContentsOptions, RegistryContents } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import type { ProjectName, RepositoryAt } from '../../values/names.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';

/** A repository with all its artifacts. */
export interface ReadRepository {
  readonly at: RepositoryAt;
  readonly artifacts: readonly RegistryArtifact[];
}

/** The part of the registry to read. */
export interface RegistryScope extends Pick<ContentsOptions, 'maxAgeMs'> {
  readonly registry: RegistryContents;
  /** The projects to read; null: all. */
  readonly projects: readonly ProjectName[] | null;
  /** Leaves out repositories; by default none. */
  readonly isWanted?: (at: RepositoryAt) => boolean;
}

/**
 * Reads the repositories in one turn of the request. One that was deleted meanwhile is left out.
 * @throws Problem of Harbor if a list cannot be completed; harbor_not_found if a project does not exist
 */
export function readRegistry(scope: RegistryScope): Promise<readonly ReadRepository[]> {
  const { registry, projects, isWanted = () => true, maxAgeMs } = scope;
  const age = maxAgeMs === undefined ? {} : { maxAgeMs };
  return registry.admit(async (signal) => {
    const lists = await sideBySide(signal, projects ?? [null], (project, either) =>
      registry.readRepositories(project, { ...age, signal: either }),
    );
    const wanted = lists.flat().filter(isWanted);
    const read = await sideBySide(signal, wanted, async (at, either) => ({
      at,
      artifacts: await registry.readArtifacts(at, { ...age, signal: either }),
    }));
    return read.flatMap(({ at, artifacts }) => (artifacts === null ? [] : { at, artifacts }));
  });
}
