/**
 * Which images of a host its containers use, and which the runtime itself needs
 * (docs/crictl.md#from-a-container-to-its-image).
 */

import type { HostContainer, HostImage } from '../../ports/bridge.ts';
import { append } from '../../values/append.ts';
import {
  digestIn,
  isImageId,
  isName,
  parseImageName,
  repositoryDigests,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';

/** The rows of one host. */
export interface HostRows {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
}

/** The images of a host, by what a container's reference may be. */
export interface ImageIndex {
  /**
   * The images that a container uses, by its `image_ref`: several if they have the same digest, none if its image is
   * not in the list. The name that the pod gave counts only if `image_ref` says nothing, because its tag may have moved;
   * its digest counts too if `image_ref` is an id that is not in the list.
   */
  readonly imagesOf: (container: HostContainer) => readonly HostImage[];
  /** The images that a container whose image is not in the list may use: those with the name that the pod gave. */
  readonly imagesByPod: (container: HostContainer) => readonly HostImage[];
}

/** Indexes images by id, repository digest and name. A map is made when it is needed: most hosts need one of them. */
export function imageIndex(images: readonly HostImage[]): ImageIndex {
  const byId = once(() => new Map(images.map((image) => [image.id, image])));
  const byName = once(
    () => new Map(images.flatMap((image) => image.repo_tags.map((name) => [name, image] as const))),
  );
  const byDigest = once(() => imagesByDigest(images));
  const find = (given: string): readonly HostImage[] => {
    const reference = withoutDockerScheme(given);
    if (reference === '') return [];
    const { digest } = parseImageName(reference);
    if (digest !== null) return byDigest().get(digest) ?? [];
    const found =
      byId().get(withoutAlgorithm(reference)) ??
      byName().get(reference) ??
      byName().get(`${reference}:latest`);
    return found === undefined ? [] : [found];
  };
  return {
    imagesOf: (container) => {
      const reference = decisiveReference(container);
      const found = find(reference);
      if (found.length > 0 || !isImageId(reference)) return found;
      // A digest that the pod named does not move.
      return digestIn(container.image) === null ? [] : find(container.image);
    },
    imagesByPod: ({ image }) => find(image),
  };
}

/**
 * The reference that decides which image a container uses, without the scheme of cri-dockerd: `image_ref`, or what the
 * pod named if that says nothing.
 */
export function decisiveReference({ image_ref, image }: HostContainer): string {
  const own = withoutDockerScheme(image_ref);
  if (own.startsWith('sha256:')) return own; // so do most
  const isSaying = isName(own) || isImageId(own) || digestIn(own) !== null;
  return isSaying ? own : withoutDockerScheme(image);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The images that have each repository digest. */
export function imagesByDigest(
  images: readonly HostImage[],
): ReadonlyMap<string, readonly HostImage[]> {
  const byDigest = new Map<string, HostImage[]>();
  for (const image of images) {
    for (const digest of new Set(repositoryDigests(image))) {
      append(byDigest, digest, image);
    }
  }
  return byDigest;
}

/** The containers of each image that has any, in any state. */
export function imageUsers({
  images,
  containers,
}: HostRows): ReadonlyMap<HostImage, readonly HostContainer[]> {
  const { imagesOf } = imageIndex(images);
  const users = new Map<HostImage, HostContainer[]>();
  for (const container of containers) {
    for (const image of imagesOf(container)) append(users, image, container);
  }
  return users;
}

/**
 * The images that no container uses, in any state, and that the runtime and its pods do not need. Doubt counts as use:
 * a container whose image is not in the list may use the one that has the name in its pod.
 */
export function unusedImages({ images, containers }: HostRows): readonly HostImage[] {
  const { imagesOf, imagesByPod } = imageIndex(images);
  const used = new Set(
    containers.flatMap((container) => {
      const found = imagesOf(container);
      return found.length > 0 ? found : imagesByPod(container);
    }),
  );
  return images.filter((image) => !used.has(image) && !image.pinned && !isSandboxImage(image));
}

/** Tells whether an image is in use although no container names it: it is pinned, or pods' sandboxes use it. */
export function isNeeded(image: HostImage, { containers }: Pick<HostRows, 'containers'>): boolean {
  return image.pinned || (containers.length > 0 && isSandboxImage(image));
}

/**
 * Tells whether pods' sandboxes use an image. No container names it, and containerd 1.6 does not pin it, so its name
 * counts too: Kubernetes and its distributions call it `pause`, `pause-amd64` or `mirrored-pause`. Pods that are
 * older than a change of the runtime's configuration may use another one than it says.
 */
export function isSandboxImage(image: HostImage): boolean {
  if (image.sandbox === true) return true;
  return image.repo_tags.some(isPause) || image.repo_digests.some(isPause);
}

function isPause(name: string): boolean {
  if (!name.includes('pause')) return false; // spares most names the parsing
  return /(?:^|\/)(?:mirrored-)?pause(?:-[a-z0-9]+)?$/.test(parseImageName(name).repository);
}
