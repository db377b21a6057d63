/**
 * Finds the images and containers of a host that are an artifact of the registry
 * (docs/crictl.md#image-ids-and-digests).
 *
 * An image id is the digest of a configuration, and a repository digest is that of a manifest or index, so
 * one is never compared with the other.
 */
import type { HostContainer, HostImage } from '../host/bridge.ts';
import {
  type ImageName,
  NONE,
  parseImageName,
  repositoryDigests,
  withoutDockerScheme,
} from '../host/image-name.ts';

/** The artifact in question, as the registry knows it. */
export interface UsageArtifact {
  /** `sha256:…` of its manifest or index. */
  readonly digest: string;
  /**
   * Digests of its children and accessories, which may be images that run (Nydus). Includes children that
   * have a tag of their own and therefore remain.
   */
  readonly partDigests: readonly string[];
  /**
   * Digests of the indexes that refer to it, or to something that is deleted with it. A host that pulled an
   * index lists only the digest of the index, not of the manifest for its platform. So an image with such a
   * digest may be one of these, and counts as the artifact.
   */
  readonly indexDigests?: readonly string[];
  /**
   * Digests of its configuration, one for each platform: the image ids of containerd and CRI-O. They
   * identify an image whose index the registry no longer has.
   */
  readonly configDigests?: readonly string[] | null;
  /**
   * Digests of other artifacts that the registry has in this repository. An image of this repository
   * with another digest may come from an index that is gone, which may have contained the artifact.
   * Left out: such images are not looked for.
   */
  readonly knownDigests?: ReadonlySet<string>;
  /** `project/repository`; a host may know it under any registry's name. */
  readonly repository: string;
  /** Tags of the artifact, names only. */
  readonly tags: readonly string[];
}

/**
 * `gone`: no digest matches the artifact, but the container's digest is no longer in the registry, so it may
 * be an index that contained the artifact.
 */
export type Verdict = 'ours' | 'not_ours' | 'gone' | 'unknown';

/** The images of a host by id, digest and name, and the artifact to compare them with. */
export class ArtifactMatch {
  readonly #byId = new Map<string, HostImage>();
  readonly #byDigest = new Map<string, HostImage[]>();
  readonly #byTag = new Map<string, HostImage>();
  readonly #artifact: UsageArtifact;
  readonly #digests: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;

  constructor(images: readonly HostImage[], artifact: UsageArtifact) {
    this.#artifact = artifact;
    const { digest, partDigests, indexDigests = [], configDigests } = artifact;
    this.#digests = new Set([digest, ...partDigests, ...indexDigests]);
    this.#ids = new Set(configDigests?.map(withoutAlgorithm));
    for (const image of images) {
      this.#byId.set(image.id, image);
      for (const tag of image.repo_tags) this.#byTag.set(tag, image);
      for (const digest of repositoryDigests(image)) {
        const others = this.#byDigest.get(digest) ?? [];
        this.#byDigest.set(digest, [...others, image]);
      }
    }
  }

  /** Whether an image is the artifact: by its id or its digests, or by its tags when it has no digest. */
  isOurs(image: HostImage): boolean {
    if (this.#ids.has(image.id)) return true;
    const digests = repositoryDigests(image);
    if (digests.length > 0) return digests.some((digest) => this.#digests.has(digest));
    return image.repo_tags.some((name) => this.#namesArtifact(parseImageName(name)));
  }

  /** Whether a container's image is the artifact. */
  verdict(container: HostContainer): Verdict {
    const verdict = this.#verdictOfReferences(container);
    if (verdict !== 'not_ours') return verdict;
    return this.#isGone(this.otherDigests(container), this.#imageOf(container))
      ? 'gone'
      : 'not_ours';
  }

  /** Whether an image is the artifact, as far as the registry still has its digests. */
  verdictOfImage(image: HostImage): Verdict {
    if (this.isOurs(image)) return 'ours';
    return this.#isGone(this.otherDigestsOf(image.repo_digests), image) ? 'gone' : 'not_ours';
  }

  /** The digests that a container's image has in this repository; none if one of them is the artifact's. */
  otherDigests(container: HostContainer): readonly string[] {
    const image = this.#imageOf(container);
    return this.otherDigestsOf(image?.repo_digests ?? [withoutDockerScheme(container.image_ref)]);
  }

  /** The digests that these references have in this repository; none if one of them is the artifact's. */
  otherDigestsOf(references: readonly string[]): readonly string[] {
    const names = references.map(parseImageName).filter((name) => this.#namesRepository(name));
    const digests = names.flatMap(({ digest }) => (digest === null ? [] : [digest]));
    return digests.some((digest) => this.#digests.has(digest)) ? [] : digests;
  }

  /** Whether one of the other digests is no longer in the registry, and the image's id decides nothing. */
  #isGone(otherDigests: readonly string[], image: HostImage | undefined): boolean {
    const { knownDigests, configDigests } = this.#artifact;
    if (knownDigests === undefined) return false;
    const gone = otherDigests.filter((digest) => !knownDigests.has(digest));
    if (gone.length === 0) return false;
    // With containerd's image store, Docker uses the digest of the index as id.
    const hasConfigId = image !== undefined && !gone.map(withoutAlgorithm).includes(image.id);
    return !(configDigests && hasConfigId);
  }

  #imageOf({ image_ref }: HostContainer): HostImage | undefined {
    const reference = withoutDockerScheme(image_ref);
    const { digest } = parseImageName(reference);
    return digest === null ? this.#find(reference) : this.#byDigest.get(digest)?.[0];
  }

  #verdictOfReferences(container: HostContainer): Verdict {
    const reference = withoutDockerScheme(container.image_ref);
    const { digest } = parseImageName(reference);
    if (digest !== null) return this.#verdictOfDigest(digest);

    if (this.#ids.has(withoutAlgorithm(reference))) return 'ours';
    const image = this.#find(reference);
    if (image === undefined) return this.#verdictOfNames([reference, container.image]);
    if (this.isOurs(image)) return 'ours';
    if (repositoryDigests(image).length > 0) return 'not_ours';
    // Only the names are left. The tag that the pod named may have moved since.
    const asked = parseImageName(withoutDockerScheme(container.image));
    if (this.#namesArtifact(asked)) return 'ours';
    const tagged = image.repo_tags.some((name) => parseImageName(name).repository !== NONE);
    return tagged ? 'not_ours' : this.#verdictOfNames([container.image]);
  }

  #verdictOfDigest(digest: string): Verdict {
    if (this.#digests.has(digest)) return 'ours';
    const images = this.#byDigest.get(digest) ?? [];
    return images.some((image) => this.isOurs(image)) ? 'ours' : 'not_ours';
  }

  /** For an image that is not in the list: the first reference that has a name or digest decides. */
  #verdictOfNames(references: readonly string[]): Verdict {
    for (const reference of references.map(withoutDockerScheme)) {
      if (reference === '' || isId(reference)) continue;
      const name = parseImageName(reference);
      if (name.digest !== null) return this.#verdictOfDigest(name.digest);
      if (name.repository !== NONE) return this.#namesRepository(name) ? 'ours' : 'not_ours';
    }
    return 'unknown';
  }

  #find(reference: string): HostImage | undefined {
    return (
      this.#byId.get(withoutAlgorithm(reference)) ??
      this.#byTag.get(reference) ??
      this.#byTag.get(`${reference}:latest`)
    );
  }

  #namesRepository({ repository }: ImageName): boolean {
    return `/${repository}`.endsWith(`/${this.#artifact.repository}`);
  }

  /** A name without a tag means `latest`, as it does for runtimes. */
  #namesArtifact(name: ImageName): boolean {
    if (!this.#namesRepository(name)) return false;
    if (name.digest !== null) return this.#digests.has(name.digest);
    return this.#artifact.tags.includes(name.tag ?? 'latest');
  }
}

function withoutAlgorithm(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

/** Full or short. A repository name of hexadecimal digits alone counts as an id too: the result is `unknown`. */
function isId(reference: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference);
}
