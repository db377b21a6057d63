/** Reads the contents of repositories for a session: anew each time, or what a process shares. */
import type { ContentsOptions } from '../../ports/registry.ts';
import type { ArtifactsWithRules, RegistryArtifact } from '../../ports/registry-artifact.ts';
import type { ProjectName, Reference, RepositoryAt } from '../../values/names.ts';
import { readArtifacts, readDigest, readRepositories } from './contents-rows.ts';
import type { HarborSession } from './http/session.ts';
import { readWithRules } from './immutable-rules.ts';

/** The methods of `RegistryContents` that read, for any session. */
export interface ContentsReader {
  artifacts(
    session: HarborSession,
    at: RepositoryAt,
    options?: ContentsOptions,
  ): Promise<readonly RegistryArtifact[] | null>;
  artifactsWithRules(
    session: HarborSession,
    repositories: readonly RepositoryAt[],
    options?: ContentsOptions,
  ): Promise<ArtifactsWithRules>;
  digestOf(
    session: HarborSession,
    artifact: RepositoryAt & { readonly reference: Reference },
    options?: ContentsOptions,
  ): Promise<string | null>;
  repositories(
    session: HarborSession,
    project: ProjectName | null,
    options?: ContentsOptions,
  ): Promise<readonly RepositoryAt[]>;
  /** As in `Registry`. */
  forget(at: RepositoryAt): void;
}

/** The reader that shares nothing, for runtimes where requests share no state. */
export const plainContents: ContentsReader = {
  artifacts: ({ caller, signal }, at, options) =>
    readArtifacts(caller, at, options?.signal ?? signal()),
  artifactsWithRules: ({ caller, signal }, repositories, options) =>
    readWithRules(caller, {
      repositories,
      signal: options?.signal ?? signal(),
      read: (at, either) => readArtifacts(caller, at, either),
    }),
  digestOf: ({ caller, signal }, artifact, options) =>
    readDigest(caller, artifact, options?.signal ?? signal()),
  repositories: ({ caller, signal }, project, options) =>
    readRepositories(caller, project, options?.signal ?? signal()),
  forget: () => undefined,
};
