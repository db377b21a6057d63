/**
 * Finds the images and containers of a host that are an artifact of the registry
 * (docs/crictl.md#image-ids-and-digests).
 *
 * An image id is the digest of a configuration, and a repository digest is that of a manifest or index. For an image
 * without a digest, the id decides, and its names only if it is not known which configuration the artifact has.
 */
import type { HostImage } from '../../ports/bridge.ts';
import {
  digestIn,
  type ImageName,
  isName,
  NONE,
  parseImageName,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { type HostIndex, type IndexedContainer, unlistedId } from './host-index.ts';
import { isNameOfRepository } from './image-names.ts';
import type { ArtifactSighting, UsageArtifact } from './usage-artifact.ts';

/** An artifact as hosts are searched for it; made once for all of them. */
export interface SoughtArtifact extends UsageArtifact {
  /** How each digest is the artifact. */
  readonly kinds: ReadonlyMap<string, ArtifactSighting['match']>;
  /** The image ids that are the artifact. */
  readonly ids: ReadonlySet<string>;
}

export function soughtArtifact(artifact: UsageArtifact): SoughtArtifact {
  const { digest, partDigests, indexDigests = [], configDigests } = artifact;
  const kinds = new Map<string, ArtifactSighting['match']>();
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

/** The finding from references alone: how they are the artifact, or that they are not, or that they say nothing. */
type Finding = ArtifactSighting | 'not_ours' | 'unknown';

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

  /** How an image is the artifact: by its digests or its id, or by its tags if neither decides. Null: it is not. */
  sightingOf(image: HostImage): ArtifactSighting | null {
    if (this.#byDigest.has(image)) return this.#bestSighting(image.repo_digests);
    if (this.#artifact.ids.has(image.id)) return { match: 'artifact', image: `sha256:${image.id}` };
    if (!this.#host.undigested.has(image)) return null;
    const byId = this.#findingOfId(image.id);
    if (byId !== null) return typeof byId === 'string' ? null : byId;
    const name = image.repo_tags.find((tag) => this.#namesArtifact(tag));
    return name === undefined ? null : { match: 'name', image: name };
  }

  /** How a container's image is the artifact. Null: it is not, or that is not known. */
  sightingIn(container: IndexedContainer): ArtifactSighting | null {
    const found = this.#findingOf(container);
    return typeof found === 'string' ? null : found;
  }

  /** Tells whether a container's image is the artifact. */
  verdict(container: IndexedContainer): Verdict {
    const found = this.#findingOf(container);
    if (typeof found !== 'string') return 'ours';
    if (found === 'unknown') return found;
    return this.#isGone(this.otherDigests(container), container.images) ? 'gone' : 'not_ours';
  }

  /** Tells whether an image is the artifact, as far as the registry still has its digests. */
  verdictOfImage(image: HostImage): Verdict {
    if (this.sightingOf(image) !== null) return 'ours';
    return this.#isGone(this.otherDigestsOf(image.repo_digests), [image]) ? 'gone' : 'not_ours';
  }

  /** The images that are the artifact. */
  images(): readonly HostImage[] {
    const { byId, undigested } = this.#host;
    const byIds = [...this.#artifact.ids].flatMap((id) => byId.get(id) ?? []);
    const candidates = new Set([...byIds, ...this.#byDigest, ...undigested]);
    return [...candidates].filter((image) => this.sightingOf(image) !== null);
  }

  /** The digests that a container's image has in this repository; none if one of them is the artifact's. */
  otherDigests({ row, images, reference }: IndexedContainer): readonly string[] {
    if (images.length === 0) {
      // As for its names: the first reference that is a name decides.
      const names = [reference, withoutDockerScheme(row.image)].filter(isName);
      return this.otherDigestsOf(names.slice(0, 1));
    }
    return this.otherDigestsOf(images.flatMap(({ repo_digests }) => repo_digests));
  }

  /** The digests that these references have in this repository; none if one of them is the artifact's. */
  otherDigestsOf(references: readonly string[]): readonly string[] {
    const { repository, kinds } = this.#artifact;
    const last = repository.slice(repository.lastIndexOf('/') + 1);
    const digests = references
      // The first condition spares most names the parsing.
      .filter((name) => name.includes(last) && this.#namesRepository(parseImageName(name)))
      .flatMap((name) => digestIn(name) ?? []);
    return digests.some((digest) => kinds.has(digest)) ? [] : digests;
  }

  /** Tells whether one of the other digests is no longer in the registry, and the image's id decides nothing. */
  #isGone(otherDigests: readonly string[], images: readonly HostImage[]): boolean {
    const { knownDigests, configDigests } = this.#artifact;
    if (knownDigests === undefined) return false;
    const gone = otherDigests.filter((digest) => !knownDigests.has(digest));
    if (gone.length === 0) return false;
    // With containerd's image store, Docker uses the digest of the index as id.
    const goneIds = gone.map(withoutAlgorithm);
    const hasConfigId = images.some(({ id }) => !goneIds.includes(id));
    return !(configDigests && hasConfigId);
  }

  /** How the container's references are the artifact. */
  #findingOf(container: IndexedContainer): Finding {
    const { row, reference, digest, images } = container;
    if (digest !== null) return this.#findingOfDigest(digest, reference);

    const match = images.map((image) => this.sightingOf(image)).find((found) => found !== null);
    if (match !== undefined) return match;
    const id = unlistedId(container);
    const byId = id === null ? null : this.#findingOfId(id);
    if (byId !== null && byId !== 'not_ours') return byId;
    // A digest that the pod named does not move.
    const asked = withoutDockerScheme(row.image);
    if (images.length === 0) {
      const isNamed = byId === null || digestIn(asked) !== null;
      return isNamed ? this.#findingOfNames([reference, row.image]) : byId;
    }
    if (!images.some((image) => this.#host.undigested.has(image))) return 'not_ours';
    if (digestIn(asked) === null && images.every((image) => this.#findingOfId(image.id) !== null)) {
      return 'not_ours';
    }
    // Only the names are left. The tag that the pod named may have moved since.
    if (this.#namesArtifact(asked)) return { match: 'name', image: asked };
    const names = images.flatMap(({ repo_tags }) => repo_tags);
    const isTagged = names.some((name) => parseImageName(name).repository !== NONE);
    return isTagged ? 'not_ours' : this.#findingOfNames([row.image]);
  }

  /**
   * By the id of an image that has no digest. With containerd's image store, Docker has the digest of the manifest or
   * index as id. Null: the id does not decide.
   */
  #findingOfId(id: string): ArtifactSighting | 'not_ours' | null {
    const { ids, kinds, configDigests, isKnownId } = this.#artifact;
    const image = `sha256:${id}`;
    if (ids.has(id)) return { match: 'artifact', image };
    const match = kinds.get(image);
    if (match !== undefined) return { match, image };
    return configDigests || (configDigests === null && isKnownId?.(id)) ? 'not_ours' : null;
  }

  #findingOfDigest(digest: string, reference: string): Finding {
    const match = this.#artifact.kinds.get(digest);
    if (match !== undefined) return { match, image: reference };
    const images = this.#host.byDigest.get(digest) ?? [];
    return images.map((image) => this.sightingOf(image)).find(Boolean) ?? 'not_ours';
  }

  /**
   * For an image that is not in the list, or has no name: the first reference that has a name or digest decides. Its
   * tag may have moved since, so it may be any artifact of the repository.
   */
  #findingOfNames(references: readonly string[]): Finding {
    const reference = references.map(withoutDockerScheme).find(isName);
    if (reference === undefined) return 'unknown';
    const name = parseImageName(reference);
    if (name.digest !== null) return this.#findingOfDigest(name.digest, reference);
    return this.#namesRepository(name) ? { match: 'name', image: reference } : 'not_ours';
  }

  /** By the closest of several digests. */
  #bestSighting(names: readonly string[]): ArtifactSighting | null {
    const kindOf = (name: string) => this.#artifact.kinds.get(digestIn(name) ?? '');
    for (const match of ['artifact', 'child', 'index'] as const) {
      const image = names.find((name) => kindOf(name) === match);
      if (image !== undefined) return { match, image };
    }
    return null;
  }

  #namesRepository({ repository }: ImageName): boolean {
    const { registries, repository: own } = this.#artifact;
    return isNameOfRepository(repository, own, registries);
  }

  /** A name without a tag means `latest`, as it does for runtimes. */
  #namesArtifact(text: string): boolean {
    const name = parseImageName(text);
    if (!this.#namesRepository(name)) return false;
    if (name.digest !== null) return this.#artifact.kinds.has(name.digest);
    return this.#artifact.tags.includes(name.tag ?? 'latest');
  }
}
