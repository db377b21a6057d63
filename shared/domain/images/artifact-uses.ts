/** Who uses an artifact: the containers on all nodes, and the nodes that have it without a container. */

import type { NodeState } from '../../ports/nodes.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { ArtifactMatch, type SoughtArtifact, soughtArtifact } from './artifact-match.ts';
import { containerUse } from './container-use.ts';
import { type HostIndex, hostIndex } from './host-index.ts';
import type { UsageArtifact } from './usage-artifact.ts';
import type { Use } from './use.ts';

/**
 * The uses by node, namespace, pod and container; images without a container come last on each node. A reading of an
 * `unreadable` node counts: what it shows is a use, although it may not show all.
 */
export function artifactUses(nodes: readonly NodeState[], artifact: UsageArtifact): readonly Use[] {
  const sought = soughtArtifact(artifact);
  return nodes
    .flatMap(({ name, reading }) =>
      reading === null ? [] : usesOn(name, hostIndex(reading), sought),
    )
    .sort(byPlace);
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
