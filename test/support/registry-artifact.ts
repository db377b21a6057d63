import type { RegistryArtifact } from '../../shared/ports/registry-artifact.ts';

/** An image without tags, as lists of the registry have it. */
export function listedArtifact(
  digest: string,
  fields: Partial<RegistryArtifact> = {},
): RegistryArtifact {
  return {
    digest,
    type: 'IMAGE',
    tags: [],
    immutableTags: [],
    children: [],
    sizeBytes: 1,
    pushTime: null,
    pullTime: null,
    ...fields,
  };
}
