/** The rows of GET /nodes and of GET /nodes/{node}/images. */

import type { NodeFacts, NodeReading } from '../../ports/bridge.ts';
import type { IgnoreList } from '../../ports/ignore-list.ts';
import type { NodeState } from '../../ports/nodes.ts';
import type { Memo } from '../../ports/services.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { type ContainerUse, containerUse } from '../images/container-use.ts';
import { type HostRows, imageUsers, unusedImages } from '../images/image-use.ts';
import { localImageRows } from '../local-images/local-image-rows.ts';
import type { NodeImage, NodeRow } from './node-rows-answer.ts';
import { nodeStatusRow } from './nodes-answer.ts';

type Figures = Pick<
  NodeRow,
  'images' | 'images_bytes' | 'disk_bytes' | 'containers' | 'reclaimable_bytes_max' | 'runtime'
>;

const UNKNOWN: Figures = {
  runtime: null,
  images: null,
  images_bytes: null,
  disk_bytes: null,
  containers: null,
  reclaimable_bytes_max: null,
};

/** A node with its figures, which are computed once for a reading. */
export function nodeRow(state: NodeState, memo: Memo): NodeRow {
  const { reading, status } = state;
  const figures = reading === null || status === 'unreadable' ? UNKNOWN : memo(figuresOf, reading);
  return { ...nodeStatusRow(state), ...figures };
}

function figuresOf(reading: NodeReading): Figures {
  const { facts, images, containers } = reading;
  return {
    runtime: facts?.runtime ?? null,
    images: images.length,
    images_bytes: sumOf(images.map(({ size_bytes }) => size_bytes)),
    disk_bytes: diskBytes(facts),
    containers: containers.length,
    reclaimable_bytes_max: sumOf(unusedImages(reading).map(({ size_bytes }) => size_bytes)),
  };
}

function diskBytes(facts: NodeFacts | null): number | null {
  const filesystems = facts?.image_filesystems ?? null;
  if (filesystems === null) return null;
  return sumOf(filesystems.map((one) => (LISTS_ONLY.test(one.mountpoint) ? null : one.used_bytes)));
}

/** CRI-O measures only the folder with the names of its images (`overlay-images`), and not their layers. */
const LISTS_ONLY = /\/[a-z0-9]+-images\/?$/;

/** Adds up the parts; null if one is unknown, because the rest would be too little. */
function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

/** The images of a node without the ignored ones, in the order of /local-images, and what uses each. */
export function nodeImageRows(host: HostRows, ignoreList: IgnoreList): readonly NodeImage[] {
  const users = new Map<string, readonly ContainerUse[]>();
  for (const [image, containers] of imageUsers(host)) {
    users.set(image.id, containers.map(containerUse).toSorted(byPod));
  }
  return localImageRows(host.images, ignoreList).map((row) => {
    const containers = users.get(row.id) ?? [];
    return { ...row, in_use: containers.length > 0, containers };
  });
}

function byPod(a: ContainerUse, b: ContainerUse): number {
  return (
    compareTexts(a.namespace ?? '', b.namespace ?? '') ||
    compareTexts(a.pod ?? '', b.pod ?? '') ||
    compareTexts(a.container, b.container) ||
    compareTexts(a.state, b.state)
  );
}
