/**
 * Finds the images and containers of a host that are an artifact of the registry
 * (docs/crictl.md#image-ids-and-digests).
 *
 * An image id is the digest of a configuration, and a repository digest is that of a manifest or index, so
 * one is never compared with the other.
 */
import type { HostImage } from '../host/bridge.ts';
import {
  digestIn,
  type ImageName,
  NONE,
  parseImageName,
  withoutDockerScheme,
} from '../host/image-name.ts';
import { type HostIndex, type IndexedContainer, withoutAlgorithm } from './host-index.ts';
import type { Use } from './usage-answer.ts';

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

/** How an image or a container is the artifact. */
export interface Match {
  readonly match: Use['match'];
  /** The name or digest on the host that matched. */
  readonly image: string;
}

/** An artifact as hosts are searched for it; made once for all of them. */
export interface SoughtArtifact extends UsageArtifact {
  /** How each digest is the artifact. */
  readonly kinds: ReadonlyMap<string, Use['match']>;
  /** The image ids that are the artifact. */
  readonly ids: ReadonlySet<string>;
}

export function soughtArtifact(artifact: UsageArtifact): SoughtArtifact {
  const { digest, partDigests, indexDigests = [], configDigests } = artifact;
  const kinds = new Map<string, Use['match']>();
  for (const index of indexDigests) kinds.set(index, 'index');
  for (const part of partDigests) kinds.set(part, 'child');
  kinds.set(digest, 'artifact');
  return { ...artifact, kinds, ids: new Set(configDigests?.map(withoutAlgorithm)) };
}

/**
 * `gone`: no digest matches the artifact, but the container's digest is no longer in the registry, so it may
 * be an index that contained the artifact.
 */
export type Verdict = 'ours' | 'not_ours' | 'gone' | 'unknown';

/** A host, and the artifact to compare it with. */
export class ArtifactMatch {
  readonly #host: HostIndex;
  readonly #artifact: SoughtArtifact;
  readonly #byDigest: ReadonlySet<HostImage>;

  constructor(host: HostIndex, artifact: SoughtArtifact) {
    this.#host = host;
    this.#artifact = artifact;
    this.#byDigest = new Set(
      [...artifact.kinds.keys()].flatMap((one) => host.byDigest.get(one) ?? []),
    );
  }

  /** How an image is the artifact: by its id or its digests, or by its tags when it has no digest. Null: it is not. */
  matchOfImage(image: HostImage): Match | null {
    if (this.#artifact.ids.has(image.id)) {
      return { match: 'artifact', image: image.repo_tags[0] ?? image.repo_digests[0] ?? image.id };
    }
    if (this.#byDigest.has(image)) return this.#bestMatch(image.repo_digests);
    if (!this.#host.undigested.has(image)) return null;
    const name = image.repo_tags.find((tag) => this.#namesArtifact(tag));
    return name === undefined ? null : { match: 'name', image: name };
  }

  /** How a container's image is the artifact. Null: it is not, or that is not known. */
  matchOfContainer(container: IndexedContainer): Match | null {
    const found = this.#find(container);
    return typeof found === 'string' ? null : found;
  }

  /** Whether a container's image is the artifact. */
  verdict(container: IndexedContainer): Verdict {
    const found = this.#find(container);
    if (typeof found !== 'string') return 'ours';
    if (found === 'unknown') return found;
    return this.#isGone(this.otherDigests(container), container.image) ? 'gone' : 'not_ours';
  }

  /** Whether an image is the artifact, as far as the registry still has its digests. */
  verdictOfImage(image: HostImage): Verdict {
    if (this.matchOfImage(image) !== null) return 'ours';
    return this.#isGone(this.otherDigestsOf(image.repo_digests), image) ? 'gone' : 'not_ours';
  }

  /** The images that are the artifact. */
  images(): readonly HostImage[] {
    const { byId, undigested } = this.#host;
    const byIds = [...this.#artifact.ids].flatMap((id) => byId.get(id) ?? []);
    const candidates = new Set([...byIds, ...this.#byDigest, ...undigested]);
    return [...candidates].filter((image) => this.matchOfImage(image) !== null);
  }

  /** The digests that a container's image has in this repository; none if one of them is the artifact's. */
  otherDigests({ image, reference }: IndexedContainer): readonly string[] {
    return this.otherDigestsOf(image?.repo_digests ?? [reference]);
  }

  /** The digests that these references have in this repository; none if one of them is the artifact's. */
  otherDigestsOf(references: readonly string[]): readonly string[] {
    const { repository, kinds } = this.#artifact;
    const digests = references
      .filter((name) => name.includes(repository) && this.#namesRepository(parseImageName(name)))
      .flatMap((name) => digestIn(name) ?? []);
    return digests.some((digest) => kinds.has(digest)) ? [] : digests;
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

  /** How the container's references are the artifact. */
  #find(container: IndexedContainer): Match | 'not_ours' | 'unknown' {
    const { row, reference, digest, image } = container;
    if (digest !== null) return this.#matchOfDigest(digest, reference);

    if (this.#artifact.ids.has(withoutAlgorithm(reference))) {
      return { match: 'artifact', image: row.image || reference };
    }
    if (image === undefined) return this.#matchOfNames([reference, row.image]);
    const match = this.matchOfImage(image);
    if (match !== null) return match;
    if (!this.#host.undigested.has(image)) return 'not_ours';
    // Only the names are left. The tag that the pod named may have moved since.
    const asked = withoutDockerScheme(row.image);
    if (this.#namesArtifact(asked)) return { match: 'name', image: asked };
    const tagged = image.repo_tags.some((name) => parseImageName(name).repository !== NONE);
    return tagged ? 'not_ours' : this.#matchOfNames([row.image]);
  }

  #matchOfDigest(digest: string, reference: string): Match | 'not_ours' {
    const match = this.#artifact.kinds.get(digest);
    if (match !== undefined) return { match, image: reference };
    const images = this.#host.byDigest.get(digest) ?? [];
    return images.map((image) => this.matchOfImage(image)).find(Boolean) ?? 'not_ours';
  }

  /** For an image that is not in the list: the first reference that has a name or digest decides. */
  #matchOfNames(references: readonly string[]): Match | 'not_ours' | 'unknown' {
    for (const reference of references.map(withoutDockerScheme)) {
      if (reference === '' || isId(reference)) continue;
      const name = parseImageName(reference);
      if (name.digest !== null) return this.#matchOfDigest(name.digest, reference);
      if (name.repository === NONE) continue;
      return this.#namesRepository(name) ? { match: 'name', image: reference } : 'not_ours';
    }
    return 'unknown';
  }

  /** By the closest of several digests. */
  #bestMatch(names: readonly string[]): Match | null {
    const kindOf = (name: string) => this.#artifact.kinds.get(digestIn(name) ?? '');
    for (const match of ['artifact', 'child', 'index'] as const) {
      const image = names.find((name) => kindOf(name) === match);
      if (image !== undefined) return { match, image };
    }
    return null;
  }

  #namesRepository({ repository }: ImageName): boolean {
    return `/${repository}`.endsWith(`/${this.#artifact.repository}`);
  }

  /** A name without a tag means `latest`, as it does for runtimes. */
  #namesArtifact(text: string): boolean {
    const name = parseImageName(text);
    if (!this.#namesRepository(name)) return false;
    if (name.digest !== null) return this.#artifact.kinds.has(name.digest);
    return this.#artifact.tags.includes(name.tag ?? 'latest');
  }
}

/** Full or short. A repository name of hexadecimal digits alone counts as an id too: the result is `unknown`. */
function isId(reference: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference);
}
