/** Which images all nodes have, some lack, one has alone, or have under one name with several digests. */

import type { IgnoreList } from '../../ports/ignore-list.ts';
import type { NodeContents } from '../../ports/nodes.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { CompareAnswer, ComparedImage, Skew } from './compare-answer.ts';
import { type HeldImage, heldImages, type NodeImages, type Variant } from './held-images.ts';

/** The lists of the answer. */
export type Comparison = Pick<CompareAnswer, 'common' | 'partial' | 'single' | 'skew'>;

/** Compares the images of the readable nodes. If there is one, all of its images are `common`. */
export function compareNodes(all: readonly NodeContents[], ignoreList: IgnoreList): Comparison {
  const nodes = all.flatMap(readableImages);
  const { images, variants } = heldImages(nodes, ignoreList);
  const nodeNames = nodes.map(({ name }) => name);
  const comparison = {
    common: [] as ComparedImage[],
    partial: [] as ComparedImage[],
    single: [] as ComparedImage[],
    skew: [...variants].filter(([, all]) => all.length > 1).map(skewOf(nodeNames)),
  };
  for (const image of images.toSorted(byName)) {
    const count = image.nodes.length;
    const list = count === nodes.length ? 'common' : count > 1 ? 'partial' : 'single';
    comparison[list].push(comparedImage(image, nodeNames));
  }
  comparison.skew.sort((a, b) => compareTexts(a.name, b.name));
  return comparison;
}

/** The reading of an unreadable node may be that of another runtime, and says nothing of what is missing. */
function readableImages({ name, isReadable, reading }: NodeContents): readonly NodeImages[] {
  return !isReadable || reading === null ? [] : [{ name, images: reading.images }];
}

function comparedImage(image: HeldImage, nodeNames: readonly string[]): ComparedImage {
  const { by, digest, id, names, sizeBytes, nodes } = image;
  const where = splitNames(nodes, nodeNames);
  return { by, digest, id, names, size_bytes: sizeBytes, ...where };
}

function skewOf(
  nodeNames: readonly string[],
): (named: readonly [string, readonly Variant[]]) => Skew {
  return ([name, variants]) => ({
    name,
    variants: variants
      .toSorted((a, b) => b.nodes.length - a.nodes.length || compareTexts(a.image.key, b.image.key))
      .map(({ image: { digest, id }, nodes }) => ({
        digest,
        id,
        nodes: splitNames(nodes, nodeNames).nodes,
      })),
  });
}

/** The names at ascending positions, and the others. */
function splitNames(positions: readonly number[], names: readonly string[]) {
  if (positions.length === names.length) return { nodes: names, missing_on: [] };
  const nodes: string[] = [];
  const missing_on: string[] = [];
  let position = 0;
  for (const name of names) {
    if (positions[nodes.length] === position) nodes.push(name);
    else missing_on.push(name);
    position++;
  }
  return { nodes, missing_on };
}

function byName(a: HeldImage, b: HeldImage): number {
  return compareTexts(a.names[0] ?? '', b.names[0] ?? '') || compareTexts(a.key, b.key);
}
