/** A reader of the registry that shares nothing: for runtimes where requests share no state. */
import type { RegistryReader } from '../../ports/registry-reader.ts';
import { readArtifacts, readDigest, readRepositories } from './registry-rows.ts';

export function createPlainRegistry(): RegistryReader {
  return {
    artifacts: ({ caller, signal }, at, options) =>
      readArtifacts(caller, at, options?.signal ?? signal()),
    digestOf: ({ caller, signal }, artifact, options) =>
      readDigest(caller, artifact, options?.signal ?? signal()),
    repositories: ({ caller, signal }, project, options) =>
      readRepositories(caller, project, options?.signal ?? signal()),
    forget: () => undefined,
  };
}
