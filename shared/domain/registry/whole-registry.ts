/** All artifacts of the registry, or of some projects. */

import type { ContentsOptions, RegistryContents } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { append } from '../../values/append.ts';
import type { ProjectName, RepositoryAt } from '../../values/names.ts';
import type { TagRules } from '../../values/tag-rules.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';

/** A repository with all its artifacts. */
export interface ReadRepository {
  readonly at: RepositoryAt;
  readonly artifacts: readonly RegistryArtifact[];
}

/** The same with what was known of its project's rules of immutable tags while it was read. */
export interface RepositoryWithRules extends ReadRepository {
  readonly tagRules: TagRules;
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
export function readRegistry(scope: RegistryScope): Promise<readonly RepositoryWithRules[]> {
  const { registry, projects, isWanted = () => true, maxAgeMs } = scope;
  const age = maxAgeMs === undefined ? {} : { maxAgeMs };
  return registry.admit(async (signal) => {
    const lists = await sideBySide(signal, projects ?? [null], (project, either) =>
      registry.readRepositories(project, { ...age, signal: either }),
    );
    const wanted = byProject(lists.flat().filter(isWanted));
    const read = await sideBySide(signal, wanted, async (repositories, either) => {
      const options = { ...age, signal: either };
      const { lists, tagRules } = await registry.readArtifactsWithRules(repositories, options);
      return repositories.flatMap((at, index) => {
        const artifacts = lists[index] ?? null;
        return artifacts === null ? [] : { at, artifacts, tagRules };
      });
    });
    return read.flat();
  });
}

function byProject(all: readonly RepositoryAt[]): readonly (readonly RepositoryAt[])[] {
  const groups = new Map<ProjectName, RepositoryAt[]>();
  for (const at of all) append(groups, at.project, at);
  return [...groups.values()];
}
