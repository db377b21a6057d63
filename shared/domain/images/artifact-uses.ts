/** Who uses an artifact: the containers on all nodes, and the nodes that have it without a container. */

import { compareTexts } from '../../values/compare-texts.ts';
import { ArtifactMatch, type SoughtArtifact, soughtArtifact } from './artifact-match.ts';
import { containerUse } from './container-use.ts';
import type { HostIndex, IndexedHost } from './host-index.ts';
import type { UsageArtifact } from './usage-artifact.ts';
import type { Use } from './use.ts';

/** The uses by node, namespace, pod and container; images without a container come last on each node. */
export function artifactUses(
  hosts: readonly IndexedHost[],
  artifact: UsageArtifact,
): readonly Use[] {
  const sought = soughtArtifact(artifact);
  return hosts.flatMap(({ node, index }) => usesOn(node, index, sought)).sort(byPlace);
}

/** The containers of a node that use the artifact, then the images that are the artifact and that no container uses. */
export function usesOn(node: string, host: HostIndex, artifact: SoughtArtifact): readonly Use[] {
  const match = new ArtifactMatch(host, artifact);
  const used = new Set<unknown>();
  const containers = host.containers.flatMap((container): Use[] => {
    const found = match.sightingIn(container);
    if (found === null) return [];
    for (const image of container.images) used.add(image);
    return [{ node, ...containerUse(container.row), since: container.row.created_at, ...found }];
  });
  const images = match.images().flatMap((image): Use[] => {
    const found = used.has(image) ? null : match.sightingOf(image);
    return found === null ? [] : [{ node, ...NO_CONTAINER, ...found }];
  });
  return [...containers, ...images];
}

const NO_CONTAINER = {
  namespace: null,
  pod: null,
  container: null,
  state: null,
  since: null,
} as const;

/** The order of uses. */
export function byPlace(a: Use, b: Use): number {
  return (
    compareTexts(a.node, b.node) ||
    Number(a.container === null) - Number(b.container === null) ||
    compareTexts(a.namespace ?? '', b.namespace ?? '') ||
    compareTexts(a.pod ?? '', b.pod ?? '') ||
    compareTexts(a.container ?? '', b.container ?? '') ||
    compareTexts(a.since ?? '', b.since ?? '') ||
    compareTexts(a.image, b.image)
  );
}
