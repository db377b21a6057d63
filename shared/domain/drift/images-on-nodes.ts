/** The images of all nodes, each once, with the nodes that have it and the containers that use it. */

import type { NodeContents } from '../../ports/nodes.ts';
import { containerUse } from '../images/container-use.ts';
import {
  imageNames,
  imageOfContainer,
  type NamedImage,
  type NamesOfImage,
} from '../images/image-names.ts';
import { imageIndex } from '../images/image-use.ts';
import type { NodeUse } from './drift-answer.ts';

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
  nodes: readonly NodeContents[],
  namespace: string | null = null,
): readonly ImageOnNodes[] {
  const gathering = createGathering();
  for (const { name, reading } of nodes) {
    if (reading === null) continue;
    if (namespace === null) for (const image of reading.images) gathering.add(image, name);
    const { imagesOf } = imageIndex(reading.images);
    for (const container of reading.containers) {
      if (namespace !== null && container.namespace !== namespace) continue;
      const listed: readonly NamesOfImage[] = imagesOf(container);
      const used = listed.length > 0 ? listed : [imageOfContainer(container)];
      const use = { node: name, ...containerUse(container) };
      for (const image of used) gathering.add(image, name).containers.push(use);
    }
  }
  return gathering.images();
}

/** Images by what they are. Rows of several nodes may be one object. */
function createGathering() {
  const byKey = new Map<string, Gathered>();
  const byRow = new Map<NamesOfImage, Gathered>();

  function find(image: NamesOfImage): Gathered {
    const known = byRow.get(image);
    if (known !== undefined) return known;
    const key = `${image.id}\n${image.repo_tags.join(' ')}\n${image.repo_digests.join(' ')}`;
    const gathered = byKey.get(key) ?? { names: imageNames(image), nodes: [], containers: [] };
    byKey.set(key, gathered);
    byRow.set(image, gathered);
    return gathered;
  }

  return {
    images: () => [...byKey.values()],
    add(image: NamesOfImage, node: string): Gathered {
      const gathered = find(image);
      // The nodes come one after another.
      if (gathered.nodes.at(-1) !== node) gathered.nodes.push(node);
      return gathered;
    },
  };
}
