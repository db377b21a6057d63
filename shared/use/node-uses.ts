/** What uses an artifact on a node, as rows. */
import { containerUse } from '../host/image-use.ts';
import { ArtifactMatch, type SoughtArtifact } from './artifact-match.ts';
import type { HostIndex } from './host-index.ts';
import type { Use } from './usage-answer.ts';

/** The containers that use the artifact, then the images that are the artifact and that no container uses. */
export function usesOn(node: string, host: HostIndex, artifact: SoughtArtifact): readonly Use[] {
  const match = new ArtifactMatch(host, artifact);
  const used = new Set<unknown>();
  const containers = host.containers.flatMap((container): Use[] => {
    const found = match.matchOfContainer(container);
    if (found === null) return [];
    used.add(container.image);
    return [{ node, ...containerUse(container.row), since: container.row.created_at, ...found }];
  });
  const images = match.images().flatMap((image): Use[] => {
    const found = used.has(image) ? null : match.matchOfImage(image);
    return found === null ? [] : [{ node, ...NO_CONTAINER, ...found }];
  });
  return [...containers, ...images];
}

const NO_CONTAINER = { namespace: null, pod: null, container: null, state: null, since: null };
