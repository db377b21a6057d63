/** All artifacts of the registry, or of one project. */
import type { RepositoryAt } from '../harbor/http/url.ts';
import { sideBySide } from '../harbor/lists/side-by-side.ts';
import type { ProjectName } from '../harbor/names.ts';
import type { HarborSession } from '../harbor/session.ts';
import type { RegistryArtifact, RegistryReader, RegistryReadOptions } from './registry-reader.ts';

/** What to read. */
export interface RegistryScope extends RegistryReadOptions {
  readonly session: HarborSession;
  readonly registry: RegistryReader;
  /** Null: all projects. */
  readonly project: ProjectName | null;
  /** Leaves out repositories; by default none. */
  readonly isWanted?: (at: RepositoryAt) => boolean;
}

/**
 * Reads the repositories in one turn of the request. One that was deleted meanwhile is left out.
 * @throws Problem of Harbor if a list cannot be completed
 */
export function readRegistry({
  session,
  registry,
  project,
  isWanted = () => true,
  maxAgeMs,
}: RegistryScope): Promise<
  readonly { readonly at: RepositoryAt; readonly artifacts: readonly RegistryArtifact[] }[]
> {
  return session.admit(async (signal) => {
    const age = maxAgeMs === undefined ? {} : { maxAgeMs };
    const all = await registry.repositories(session, project, { ...age, signal });
    const lists = await sideBySide(signal, all.filter(isWanted), async (at, either) => ({
      at,
      artifacts: await registry.artifacts(session, at, { ...age, signal: either }),
    }));
    return lists.flatMap(({ at, artifacts }) => (artifacts === null ? [] : { at, artifacts }));
  });
}
