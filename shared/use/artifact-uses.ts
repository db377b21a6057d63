/** Who uses an artifact: the containers on all nodes, and the nodes that have it without a container. */
import { compareTexts } from '../compare-texts.ts';
import type { HostContainer, NodeReading } from '../host/bridge.ts';
import type { NodeState } from '../nodes/nodes.ts';
import { ArtifactMatch } from './artifact-match.ts';
import { HostIndex } from './host-index.ts';
import type { Use } from './usage-answer.ts';
import type { ArtifactSighting, UsageArtifact } from './usage-artifact.ts';

/**
 * The uses by node, namespace, pod and container; images without a container come last on each node. A reading of an
 * `unreadable` node counts: what it shows is a use, although it may not show all.
 */
export function artifactUses(nodes: readonly NodeState[], artifact: UsageArtifact): readonly Use[] {
  return nodes
    .flatMap(({ name, reading }) => (reading === null ? [] : usesOn(name, reading, artifact)))
    .sort(byPlace);
}

function usesOn(
  node: string,
  { images, containers }: NodeReading,
  artifact: UsageArtifact,
): readonly Use[] {
  const match = new ArtifactMatch(new HostIndex(images), artifact);
  const used = new Set<unknown>();
  const uses: Use[] = [];
  for (const container of containers) {
    const sighting = match.sightingIn(container);
    if (sighting === null) continue;
    used.add(match.imageOf(container));
    uses.push(useBy(container, { node, ...sighting }));
  }
  for (const image of images) {
    const sighting = match.sightingOf(image);
    if (sighting !== null && !used.has(image)) uses.push({ node, ...UNUSED, ...sighting });
  }
  return uses;
}

/** An image that no container uses. */
const UNUSED = { namespace: null, pod: null, container: null, state: null, since: null } as const;

function useBy(
  { namespace, pod, name, id, state, created_at }: HostContainer,
  { node, match, image }: { readonly node: string } & ArtifactSighting,
): Use {
  return {
    node,
    namespace,
    pod,
    container: name || id,
    state: readableState(state),
    since: created_at,
    match,
    image,
  };
}

/** `CONTAINER_RUNNING` of the CRI as `running`. */
export function readableState(state: string): string {
  return state.replace(/^CONTAINER_/, '').toLowerCase();
}

function byPlace(a: Use, b: Use): number {
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
