/** All artifacts of the registry, or of some projects. */
import type { RepositoryAt } from '../../adapters/harbor/http/url.ts';
import { sideBySide } from '../../adapters/harbor/lists/side-by-side.ts';
import type { HarborSession } from '../../adapters/harbor/session.ts';
import type {
  RegistryArtifact,
  RegistryReader,
  RegistryReadOptions,
} from '../../ports/registry-reader.ts';
import type { ProjectName } from '../../values/names.ts';

/** A repository with all its artifacts. */
export interface ReadRepository {
  readonly at: RepositoryAt;
  readonly artifacts: readonly RegistryArtifact[];
}

/** What to read. */
export interface RegistryScope extends Pick<RegistryReadOptions, 'maxAgeMs'> {
  readonly session: HarborSession;
  readonly registry: RegistryReader;
  /** Null: all projects. */
  readonly projects: readonly ProjectName[] | null;
  /** Leaves out repositories; by default none. */
  readonly isWanted?: (at: RepositoryAt) => boolean;
}

/**
 * Reads the repositories in one turn of the request. One that was deleted meanwhile is left out.
 * @throws Problem of Harbor if a list cannot be completed; harbor_not_found if a project does not exist
 */
export function readRegistry(scope: RegistryScope): Promise<readonly ReadRepository[]> {
  const { session, registry, projects, isWanted = () => true, maxAgeMs } = scope;
  const age = maxAgeMs === undefined ? {} : { maxAgeMs };
  return session.admit(async (signal) => {
    const lists = await sideBySide(signal, projects ?? [null], (project, either) =>
      registry.repositories(session, project, { ...age, signal: either }),
    );
    const wanted = lists.flat().filter(isWanted);
    const read = await sideBySide(signal, wanted, async (at, either) => ({
      at,
      artifacts: await registry.artifacts(session, at, { ...age, signal: either }),
    }));
    return read.flatMap(({ at, artifacts }) => (artifacts === null ? [] : { at, artifacts }));
  });
}
