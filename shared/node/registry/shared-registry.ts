/** The lists of the registry that the requests of a process share. */
import type { Configuration } from '../../configuration/configuration.ts';
import type { RegistryReader } from '../../registry/registry-reader.ts';

/** Placeholder. */
export function createRegistryReader(_configuration: Configuration): RegistryReader {
  return {
    artifacts: async () => {
      throw new Error('not yet');
    },
    repositories: async () => {
      throw new Error('not yet');
    },
    forget: () => undefined,
  };
}
