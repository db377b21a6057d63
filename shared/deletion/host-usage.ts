/**
 * Whether a host uses an artifact: joins containers, images and a registry's artifact, for containerd,
 * CRI-O and cri-dockerd (docs/crictl.md).
 *
 * An image id is the digest of a configuration, a repository digest that of a manifest or index: an id
 * is never compared with a repository digest.
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
  /** Digests of the manifests in it, when it is an index. */
  readonly childDigests: readonly string[];
  /**
   * Digests of the indexes that refer to it. A host that pulled an index names it alone, not the
   * manifest of its platform: an image with such a digest may be this artifact, and counts as it.
   */
  readonly parentDigests?: readonly string[];
  /**
   * Digests of its configuration, one for each platform: the image ids of containerd and CRI-O. They
   * find an image whose index the registry no longer has.
   */
  readonly configDigests?: readonly string[];
  /** `project/repository`; a host may know it under any registry's name. */
  readonly repository: string;
  /** Tags of the artifact, names only. */
  readonly tags: readonly string[];
}

/** How a host uses an artifact: the first that applies of `in_use`, `unknown`, `present`, `absent`. */
export interface HostUsage {
  readonly usage: 'in_use' | 'unknown' | 'present' | 'absent';
  /** The containers that cause `in_use` or `unknown`; none when a pinned image does. */
  readonly containers: readonly UsingContainer[];
  /** A sentence for the operator. */
  readonly detail: string;
}

export interface UsingContainer {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  /** The image as the pod named it, else as the runtime does. */
  readonly image: string;
}

type Verdict = 'ours' | 'not_ours' | 'unknown';

/** Judges an artifact by one reading of images and containers. Where only names can tell, doubt counts as use. */
export function hostUsage(
  host: { readonly images: readonly HostImage[]; readonly containers: readonly HostContainer[] },
  artifact: UsageArtifact,
): HostUsage {
  const join = new Join(host.images, artifact);
  const verdicts = host.containers.map((container) => join.verdict(container));
  const withVerdict = (wanted: Verdict): UsingContainer[] =>
    host.containers.filter((_, index) => verdicts[index] === wanted).map(usingContainer);

  const users = withVerdict('ours');
  if (users.length > 0) {
    return {
      usage: 'in_use',
      containers: users,
      detail: `It is used by ${describeContainers(users)}.`,
    };
  }
  const present = host.images.filter((image) => join.isOurs(image));
  if (present.some((image) => image.pinned)) {
    const detail = 'Its image is pinned on this host, because the runtime itself needs it.';
    return { usage: 'in_use', containers: [], detail };
  }
  const unknown = withVerdict('unknown');
  if (unknown.length > 0) {
    const one = unknown.length === 1;
    const detail = `Cannot determine which image ${describeContainers(unknown)} ${one ? 'uses' : 'use'}.`;
    return { usage: 'unknown', containers: unknown, detail };
  }
  return present.length > 0
    ? { usage: 'present', containers: [], detail: 'It is on this host, and no container uses it.' }
    : { usage: 'absent', containers: [], detail: 'It is not on this host.' };
}

/** The images of a host by id, digest and name, and the artifact to compare them with. */
class Join {
  readonly #byId = new Map<string, HostImage>();
  readonly #byDigest = new Map<string, HostImage[]>();
  readonly #byTag = new Map<string, HostImage>();
  readonly #artifact: UsageArtifact;
  readonly #digests: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;

  constructor(images: readonly HostImage[], artifact: UsageArtifact) {
    this.#artifact = artifact;
    const { digest, childDigests, parentDigests = [], configDigests = [] } = artifact;
    this.#digests = new Set([digest, ...childDigests, ...parentDigests]);
    this.#ids = new Set(configDigests.map(withoutAlgorithm));
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

  verdict(container: HostContainer): Verdict {
    const reference = withoutDockerScheme(container.image_ref);
    const { digest } = parseImageName(reference);
    if (digest !== null) return this.#verdictOfDigest(digest);

    const image = this.#find(reference);
    if (this.#ids.has(withoutAlgorithm(reference))) return 'ours';
    if (image === undefined) return this.#verdictOfNames([reference, container.image]);
    if (this.isOurs(image)) return 'ours';
    if (repositoryDigests(image).length > 0) return 'not_ours';
    // Only names can tell. The tag that the pod named may have moved since.
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

function usingContainer({ name, id, state, image, image_ref }: HostContainer): UsingContainer {
  return { name, id, state, image: image || image_ref };
}

/** `container web (running)`; the first three of many. */
function describeContainers(containers: readonly UsingContainer[]): string {
  const shown = containers
    .slice(0, 3)
    .map(({ name, id, state }) => `${name || id.slice(0, 13)} (${readable(state)})`);
  const more = containers.length - shown.length;
  const names = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
  return `${containers.length === 1 ? 'container' : 'containers'} ${names}`;
}

function readable(state: string): string {
  return state.replace(/^CONTAINER_/, '').toLowerCase();
}
