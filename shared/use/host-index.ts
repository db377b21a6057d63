/** The images of one host by id, digest and name. A map is made when it is needed: most hosts need one of them. */
import type { HostImage } from '../host/bridge.ts';
import { repositoryDigests } from '../host/image-name.ts';

export class HostIndex {
  readonly #images: readonly HostImage[];
  #byId: ReadonlyMap<string, HostImage> | null = null;
  #byDigest: ReadonlyMap<string, readonly HostImage[]> | null = null;
  #byTag: ReadonlyMap<string, HostImage> | null = null;

  constructor(images: readonly HostImage[]) {
    this.#images = images;
  }

  /** The image that a container names without a digest: an id with or without `sha256:`, or a name. */
  find(reference: string): HostImage | undefined {
    this.#byId ??= new Map(this.#images.map((image) => [image.id, image]));
    const found = this.#byId.get(withoutAlgorithm(reference));
    if (found !== undefined) return found;
    this.#byTag ??= new Map(
      this.#images.flatMap((image) => image.repo_tags.map((tag) => [tag, image] as const)),
    );
    return this.#byTag.get(reference) ?? this.#byTag.get(`${reference}:latest`);
  }

  /** The images that have a repository digest. */
  withDigest(digest: string): readonly HostImage[] {
    this.#byDigest ??= this.#digests();
    return this.#byDigest.get(digest) ?? [];
  }

  #digests(): ReadonlyMap<string, readonly HostImage[]> {
    const byDigest = new Map<string, HostImage[]>();
    for (const image of this.#images) {
      for (const digest of repositoryDigests(image)) {
        const known = byDigest.get(digest);
        if (known === undefined) byDigest.set(digest, [image]);
        else known.push(image);
      }
    }
    return byDigest;
  }
}

/** A digest as images have it as id. */
export function withoutAlgorithm(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
