/** The rows of a host with what finds them: made once for a reading, for every artifact that it is compared with. */

import type { HostContainer, HostImage, NodeReading } from '../../ports/bridge.ts';
import type { Memo } from '../../ports/services.ts';
import { digestIn, withoutAlgorithm, withoutDockerScheme } from '../../values/image-name.ts';
import { type HostRows, imagesByDigest, isNeeded } from './image-use.ts';

/** A container, and what its `image_ref` says. */
export interface IndexedContainer {
  readonly row: HostContainer;
  /** Without the scheme of cri-dockerd. */
  readonly reference: string;
  /** The digest in the reference; null if it is an id or a name. */
  readonly digest: string | null;
  /** Its image, if the host lists it. */
  readonly image: HostImage | undefined;
}

export interface HostIndex {
  readonly images: readonly HostImage[];
  readonly containers: readonly IndexedContainer[];
  readonly byId: ReadonlyMap<string, HostImage>;
  readonly byDigest: ReadonlyMap<string, readonly HostImage[]>;
  /** The images without a repository digest, which only names identify. */
  readonly undigested: ReadonlySet<HostImage>;
  /** The images that are in use although no container names them: pinned ones, and the sandbox under pods. */
  readonly needed: readonly HostImage[];
}

/** The index of a reading, made once for all who ask about it. */
export function sharedHostIndex(memo: Memo, reading: NodeReading): HostIndex {
  return memo(reading, hostIndex, () => hostIndex(reading));
}

/** Parses as little as possible, because there may be a thousand hosts. */
export function hostIndex({ images, containers }: HostRows): HostIndex {
  const byId = new Map(images.map((image) => [image.id, image]));
  const byDigest = imagesByDigest(images);
  const undigested = new Set(images);
  for (const digested of byDigest.values()) for (const image of digested) undigested.delete(image);
  // Most containers name their image by its id, so few hosts need this.
  let byTag: ReadonlyMap<string, HostImage> | null = null;
  const tagged = (name: string): HostImage | undefined => {
    byTag ??= new Map(images.flatMap((image) => image.repo_tags.map((tag) => [tag, image])));
    return byTag.get(name) ?? byTag.get(`${name}:latest`);
  };
  const indexed = (row: HostContainer): IndexedContainer => {
    const reference = withoutDockerScheme(row.image_ref);
    const digest = digestIn(reference);
    const image =
      digest === null
        ? (byId.get(withoutAlgorithm(reference)) ?? tagged(reference))
        : byDigest.get(digest)?.[0];
    return { row, reference, digest, image };
  };
  const needed = images.filter((image) => isNeeded(image, { containers }));
  return { images, containers: containers.map(indexed), byId, byDigest, undigested, needed };
}
