/** The images of all nodes, each once, with the nodes that have it and the containers that use it. */
import type { HostContainer, HostImage, NodeReading } from '../host/bridge.ts';
import { type ContainerUse, containerUse, imageIndex } from '../host/image-use.ts';
import type { NodesReading } from '../nodes/nodes.ts';
import { imageNames, imageOfContainer, type NamedImage, type NamesOfImage } from './image-names.ts';

/** A container on a node. */
export interface NodeUse extends ContainerUse {
  readonly node: string;
}

/** An image with its names. */
export interface ImageOnNodes {
  readonly names: readonly NamedImage[];
  /** The nodes that have it, and those with a container that uses it although the image is not in their list. */
  readonly nodes: readonly string[];
  readonly containers: readonly NodeUse[];
}

interface Gathered {
  readonly names: readonly NamedImage[];
  readonly nodes: string[];
  readonly containers: NodeUse[];
}

/**
 * Gathers the images of all readings, those of nodes in doubt too: what they show is there.
 * @param namespace only the images of its containers, and only these containers
 */
export function imagesOnNodes(
  { nodes }: NodesReading,
  namespace: string | null = null,
): readonly ImageOnNodes[] {
  const byKey = new Map<string, Gathered>();
  const byRow = new Map<NamesOfImage, Gathered>();
  const gather = (image: NamesOfImage): Gathered => {
    // Rows of several nodes may be one object.
    const known = byRow.get(image);
    if (known !== undefined) return known;
    const key = `${image.id}\n${image.repo_tags.join(' ')}\n${image.repo_digests.join(' ')}`;
    const gathered = byKey.get(key) ?? { names: imageNames(image), nodes: [], containers: [] };
    byKey.set(key, gathered);
    byRow.set(image, gathered);
    return gathered;
  };
  for (const { name: node, reading } of nodes) {
    if (reading === null) continue;
    const seen = new Set<Gathered>();
    for (const { image, containers } of imagesOf(reading, namespace)) {
      const gathered = gather(image);
      if (!seen.has(gathered)) gathered.nodes.push(node);
      seen.add(gathered);
      for (const container of containers) {
        gathered.containers.push({ node, ...containerUse(container) });
      }
    }
  }
  return [...byKey.values()];
}

interface UsedImage {
  readonly image: NamesOfImage;
  readonly containers: readonly HostContainer[];
}

/** The images of a node with their containers. */
function imagesOf(
  { images, containers }: NodeReading,
  namespace: string | null,
): readonly UsedImage[] {
  const { imagesOf: find } = imageIndex(images);
  const users = new Map<HostImage, HostContainer[]>();
  const missing: UsedImage[] = [];
  for (const container of containers) {
    if (namespace !== null && container.namespace !== namespace) continue;
    const found = find(container);
    if (found.length === 0) {
      missing.push({ image: imageOfContainer(container), containers: [container] });
    }
    for (const image of found) {
      const others = users.get(image);
      if (others === undefined) users.set(image, [container]);
      else others.push(container);
    }
  }
  const listed = images.map((image) => ({ image, containers: users.get(image) ?? [] }));
  const wanted = namespace === null ? listed : listed.filter((one) => one.containers.length > 0);
  return [...wanted, ...missing];
}
