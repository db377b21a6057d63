/** The rows of a host with what finds them: made once for a reading, for every artifact that it is compared with. */

import type { HostContainer, HostImage, NodeReading } from '../../ports/bridge.ts';
import type { NodeState } from '../../ports/nodes.ts';
import type { Memo } from '../../ports/services.ts';
import { digestIn, isFullId, withoutAlgorithm } from '../../values/image-name.ts';
import {
  decisiveReference,
  type HostRows,
  imageIndex,
  imagesByDigest,
  isNeeded,
} from './image-use.ts';

/** A container, and what the reference that decides says. */
export interface IndexedContainer {
  readonly row: HostContainer;
  /** The reference that decides, without the scheme of cri-dockerd. */
  readonly reference: string;
  /** The digest in the reference; null if it is an id or a name. */
  readonly digest: string | null;
  /** Its image, if the host lists it; several if they have the same digest. */
  readonly images: readonly HostImage[];
}

/**
 * The id of a container's image, if the host does not list an image of this id; otherwise null. containerd removes images
 * in use, too.
 */
export function unlistedId({ reference, images }: IndexedContainer): string | null {
  const id = withoutAlgorithm(reference);
  return isFullId(id) && !images.some((image) => image.id === id) ? id : null;
}

export interface HostIndex {
  readonly images: readonly HostImage[];
  readonly containers: readonly IndexedContainer[];
  readonly byId: ReadonlyMap<string, HostImage>;
  readonly byDigest: ReadonlyMap<string, readonly HostImage[]>;
  /** The images without a repository digest, which only their ids and names identify. */
  readonly undigested: ReadonlySet<HostImage>;
  /** True if any image that no container uses may be that of the pods' sandboxes. */
  readonly isSandboxUnknown: boolean;
  /** The ids without a digest: of those images, and of the images that containers use and the host does not list. */
  readonly bareIds: ReadonlySet<string>;
  /** The images that are, or may be, in use although no container names them: pinned ones, and the sandbox under pods. */
  readonly needed: readonly HostImage[];
}

/** A host that could be read, by the name of its node. */
export interface IndexedHost {
  readonly node: string;
  readonly index: HostIndex;
}

/**
 * The indexes of all nodes that have a reading. That of an `unreadable` node counts: what it shows is there, although it
 * may not show all.
 */
export function indexedHosts(memo: Memo, nodes: readonly NodeState[]): readonly IndexedHost[] {
  return nodes.flatMap(({ name, reading }) =>
    reading === null ? [] : { node: name, index: sharedHostIndex(memo, reading) },
  );
}

/** The index of a reading, made once for all who ask about it. */
export function sharedHostIndex(memo: Memo, reading: NodeReading): HostIndex {
  return memo(hostIndex, reading);
}

/** Parses as little as possible, because there may be a thousand hosts. */
export function hostIndex({
  images,
  containers,
  sandboxUnknown: isSandboxUnknown = false,
}: HostRows & Pick<NodeReading, 'sandboxUnknown'>): HostIndex {
  const byId = new Map(images.map((image) => [image.id, image]));
  const byDigest = imagesByDigest(images);
  const undigested = new Set(images);
  for (const digested of byDigest.values()) for (const image of digested) undigested.delete(image);
  const { imagesOf } = imageIndex(images);
  const indexed = (row: HostContainer): IndexedContainer => {
    const reference = decisiveReference(row);
    return { row, reference, digest: digestIn(reference), images: imagesOf(row) };
  };
  const needed = isSandboxUnknown
    ? images
    : images.filter((image) => isNeeded(image, { containers }));
  const used = containers.map(indexed);
  const bareIds = new Set([...undigested].map(({ id }) => id));
  for (const container of used) {
    const id = unlistedId(container);
    if (id !== null) bareIds.add(id);
  }
  const found = { byId, byDigest, undigested, isSandboxUnknown, bareIds, needed };
  return { images, containers: used, ...found };
}
