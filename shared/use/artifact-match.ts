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
import { type HostIndex, withoutAlgorithm } from './host-index.ts';
import type { ArtifactSighting, UsageArtifact } from './usage-artifact.ts';

/**
 * `gone`: no digest matches the artifact, but the container's digest is no longer in the registry, so it may
 * be an index that contained the artifact.
 */
export type Verdict = 'ours' | 'not_ours' | 'gone' | 'unknown';

/** What references alone say: where the artifact was seen, or that it was not, or that they say nothing. */
type Finding = ArtifactSighting | 'not_ours' | 'unknown';

/** If an image has several digests of the artifact, the smallest of these tells why it matches. */
const RANK = { artifact: 0, child: 1, index: 2, name: 3 } as const;

/** The images of a host, and the artifact to compare them with. */
export class ArtifactMatch {
  readonly #host: HostIndex;
  readonly #artifact: UsageArtifact;
  readonly #digests: ReadonlyMap<string, ArtifactSighting['match']>;
  readonly #ids: ReadonlySet<string>;

  constructor(host: HostIndex, artifact: UsageArtifact) {
    this.#host = host;
    this.#artifact = artifact;
    const { digest, partDigests, indexDigests = [], configDigests } = artifact;
    this.#digests = new Map<string, ArtifactSighting['match']>([
      ...indexDigests.map((one) => [one, 'index'] as const),
      ...partDigests.map((one) => [one, 'child'] as const),
      [digest, 'artifact'],
    ]);
    this.#ids = new Set(configDigests?.map(withoutAlgorithm));
  }

  /** Whether an image is the artifact: by its id or its digests, or by its tags when it has no digest. */
  isOurs(image: HostImage): boolean {
    return this.sightingOf(image) !== null;
  }

  /** By what an image is the artifact; null if it is not. */
  sightingOf(image: HostImage): ArtifactSighting | null {
    let best: ArtifactSighting | null = null;
    for (const name of image.repo_digests) {
      const found = this.#byDigest(name);
      if (found !== null && (best === null || RANK[found.match] < RANK[best.match])) best = found;
    }
    if (best !== null) return best;
    if (this.#ids.has(image.id)) return { match: 'artifact', image: `sha256:${image.id}` };
    if (repositoryDigests(image).length > 0) return null;
    const name = image.repo_tags.find((tag) => this.#namesArtifact(parseImageName(tag)));
    return name === undefined ? null : { match: 'name', image: name };
  }

  /** Whether a container's image is the artifact. */
  verdict(container: HostContainer): Verdict {
    const finding = this.#findingOf(container);
    if (finding === 'unknown') return 'unknown';
    if (finding !== 'not_ours') return 'ours';
    return this.#isGone(this.otherDigests(container), this.imageOf(container))
      ? 'gone'
      : 'not_ours';
  }

  /** By what a container's image is the artifact; null if it is not, or that cannot be told. */
  sightingIn(container: HostContainer): ArtifactSighting | null {
    const finding = this.#findingOf(container);
    return typeof finding === 'string' ? null : finding;
  }

  /** Whether an image is the artifact, as far as the registry still has its digests. */
  verdictOfImage(image: HostImage): Verdict {
    if (this.isOurs(image)) return 'ours';
    return this.#isGone(this.otherDigestsOf(image.repo_digests), image) ? 'gone' : 'not_ours';
  }

  /** The digests that a container's image has in this repository; none if one of them is the artifact's. */
  otherDigests(container: HostContainer): readonly string[] {
    const image = this.imageOf(container);
    return this.otherDigestsOf(image?.repo_digests ?? [withoutDockerScheme(container.image_ref)]);
  }

  /** The digests that these references have in this repository; none if one of them is the artifact's. */
  otherDigestsOf(references: readonly string[]): readonly string[] {
    const names = references.map(parseImageName).filter((name) => this.#namesRepository(name));
    const digests = names.flatMap(({ digest }) => (digest === null ? [] : [digest]));
    return digests.some((digest) => this.#digests.has(digest)) ? [] : digests;
  }

  /** A container's image; undefined if the host's list does not have it. */
  imageOf({ image_ref }: HostContainer): HostImage | undefined {
    const reference = withoutDockerScheme(image_ref);
    const { digest } = parseImageName(reference);
    return digest === null ? this.#host.find(reference) : this.#host.withDigest(digest)[0];
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

  #findingOf(container: HostContainer): Finding {
    const reference = withoutDockerScheme(container.image_ref);
    if (parseImageName(reference).digest !== null) return this.#findingOfDigest(reference);

    if (this.#ids.has(withoutAlgorithm(reference))) {
      return { match: 'artifact', image: reference };
    }
    const image = this.#host.find(reference);
    if (image === undefined) return this.#findingOfNames([reference, container.image]);
    const found = this.sightingOf(image);
    if (found !== null) return found;
    if (repositoryDigests(image).length > 0) return 'not_ours';
    // Only the names are left. The tag that the pod named may have moved since.
    const asked = withoutDockerScheme(container.image);
    if (this.#namesArtifact(parseImageName(asked))) return { match: 'name', image: asked };
    const tagged = image.repo_tags.some((name) => parseImageName(name).repository !== NONE);
    return tagged ? 'not_ours' : this.#findingOfNames([container.image]);
  }

  #findingOfDigest(reference: string): Finding {
    const found = this.#byDigest(reference);
    if (found !== null) return found;
    const { digest } = parseImageName(reference);
    const images = digest === null ? [] : this.#host.withDigest(digest);
    return images.flatMap((image) => this.sightingOf(image) ?? [])[0] ?? 'not_ours';
  }

  /** For an image that is not in the list: the first reference that has a name or digest decides. */
  #findingOfNames(references: readonly string[]): Finding {
    for (const reference of references.map(withoutDockerScheme)) {
      if (reference === '' || isId(reference)) continue;
      const name = parseImageName(reference);
      if (name.digest !== null) return this.#findingOfDigest(reference);
      if (name.repository !== NONE) {
        return this.#namesRepository(name) ? { match: 'name', image: reference } : 'not_ours';
      }
    }
    return 'unknown';
  }

  #byDigest(reference: string): ArtifactSighting | null {
    const at = reference.indexOf('@');
    const match = at === -1 ? undefined : this.#digests.get(reference.slice(at + 1));
    return match === undefined ? null : { match, image: reference };
  }

  #namesRepository({ repository }: ImageName): boolean {
    const { registries, repository: own } = this.#artifact;
    return registries === undefined
      ? `/${repository}`.endsWith(`/${own}`)
      : registries.some((registry) => repository === `${registry}/${own}`);
  }

  /** A name without a tag means `latest`, as it does for runtimes. */
  #namesArtifact(name: ImageName): boolean {
    if (!this.#namesRepository(name)) return false;
    if (name.digest !== null) return this.#digests.has(name.digest);
    return this.#artifact.tags.includes(name.tag ?? 'latest');
  }
}

/** Full or short. A repository name of hexadecimal digits alone counts as an id too: the result is `unknown`. */
function isId(reference: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference);
}
