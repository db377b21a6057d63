/** The names under which a runtime knows an image, and which of them are Harbor's (docs/nodes.md#drift). */

import type { HostContainer, HostImage } from '../../ports/bridge.ts';
import { append } from '../../values/append.ts';
import {
  isImageId,
  isName,
  NONE,
  parseImageName,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { isProjectName, isRepositoryName, type RepositoryAt } from '../../values/names.ts';

/** One name of an image. */
export interface NamedImage {
  /** As the runtime has it, without tag and digest; `<none>` if it has no name. */
  readonly repository: string;
  readonly tag: string | null;
  /** The digests under this name. Several are the same content: an index, and its manifest for the platform. */
  readonly digests: readonly string[];
  /** The digests that the image has under other names, if it has none under this one. */
  readonly otherDigests: readonly string[];
  /** The id of an image whose digest is not known; otherwise null. */
  readonly imageId: string | null;
}

/** The names of an image, as a runtime gives them. */
export type NamesOfImage = Pick<HostImage, 'id' | 'repo_tags' | 'repo_digests'>;

/** The names of an image: one for each tag, and one for each repository that it has no tag of. */
export function imageNames({ id, repo_tags, repo_digests }: NamesOfImage): readonly NamedImage[] {
  const known = repo_digests
    .map(parseImageName)
    .flatMap(({ repository, digest }) => (digest === null ? [] : [{ repository, digest }]));
  const byRepository = new Map<string, string[]>();
  for (const { repository, digest } of known) {
    append(byRepository, repository, digest);
  }
  const all = [...new Set(known.map(({ digest }) => digest))];
  const named = (repository: string, tag: string | null): NamedImage => {
    const digests = byRepository.get(repository) ?? [];
    const otherDigests = digests.length === 0 ? all : [];
    return { repository, tag, digests, otherDigests, imageId: all.length === 0 ? id : null };
  };
  const tagged = repo_tags.map(parseImageName).filter(({ repository }) => repository !== NONE);
  const byTag = tagged.map(({ repository, tag }) => named(repository, tag === NONE ? null : tag));
  const covered = new Set(tagged.map(({ repository }) => repository));
  const others = [...new Set(known.map(({ repository }) => repository))]
    .filter((repository) => repository !== NONE && !covered.has(repository))
    .map((repository) => named(repository, null));
  const names = [...byTag, ...others];
  return names.length > 0 ? names : [named(NONE, null)];
}

/**
 * The image of a container that is not in its host's list of images, from what the container says: the first reference
 * that is a name decides. If it has a digest, the tag of the same repository that the pod gave is another name of it.
 */
export function imageOfContainer({ image_ref, image }: HostContainer): NamesOfImage {
  const references = [image_ref, image].map(withoutDockerScheme);
  const id = withoutAlgorithm(references.find(isImageId) ?? '');
  const [first, ...others] = references.filter(isName);
  if (first === undefined) return { id, repo_digests: [], repo_tags: [] };
  if (!first.includes('@')) return { id, repo_digests: [], repo_tags: [withTag(first)] };
  const { repository } = parseImageName(first);
  const isTagOfIt = (name: string) =>
    !name.includes('@') && parseImageName(name).repository === repository;
  return { id, repo_digests: [first], repo_tags: others.filter(isTagOfIt).map(withTag) };
}

/** A name without a tag means `latest`, as it does for runtimes. */
function withTag(name: string): string {
  return parseImageName(name).tag === null ? `${name}:latest` : name;
}

/** Where an image is: in Harbor, in another registry, or under a name that Harbor does not allow. */
export type Place = RepositoryAt | 'foreign' | 'unnamed' | 'not allowed';

/**
 * Finds the place of a name.
 * @param registries Harbor's names in image references
 */
export function placeOf(repository: string, registries: readonly string[]): Place {
  if (repository === NONE) return 'unnamed';
  const within = pathIn(repository, registries) ?? pathIn(fullName(repository), registries);
  if (within === null) return 'foreign';
  const slash = within.indexOf('/');
  const project = within.slice(0, Math.max(0, slash));
  const rest = within.slice(slash + 1);
  return isProjectName(project) && isRepositoryName(rest)
    ? { project, repository: rest }
    : 'not allowed';
}

/** The part of a name after the registry's; null if it is of another registry. */
function pathIn(repository: string, registries: readonly string[]): string | null {
  const slash = repository.indexOf('/');
  const shown = repository.toLowerCase();
  for (const registry of registries) {
    const prefix = `${registry.toLowerCase()}/`;
    if (shown.startsWith(prefix)) return repository.slice(prefix.length);
  }
  // A URL leaves out the default port, which the name of an image may have.
  const host = slash === -1 ? '' : shown.slice(0, slash);
  const plain = host.replace(/:(?:443|80)$/, '');
  if (plain === host || !registries.some((registry) => registry.toLowerCase() === plain)) {
    return null;
  }
  return repository.slice(slash + 1);
}

/** A short name is one of Docker Hub: `nginx` is `docker.io/library/nginx`. */
function fullName(repository: string): string {
  const [host = '', ...path] = repository.split('/');
  if (path.length === 0) return `docker.io/library/${repository}`;
  const isHost = /[.:]/.test(host) || host === 'localhost';
  return isHost ? repository : `docker.io/${repository}`;
}

/**
 * Tells whether a name on a host is that of a repository of the registry.
 * @param registries the registry's names in image references. Left out: it may have any, also one with a path
 */
export function isNameOfRepository(
  name: string,
  own: string,
  registries?: readonly string[],
): boolean {
  if (registries === undefined) return `/${fullName(name)}`.endsWith(`/${own}`);
  const place = placeOf(name, registries);
  return typeof place !== 'string' && `${place.project}/${place.repository}` === own;
}

/**
 * The repositories that a name on a host may be of, as `isNameOfRepository` has it for a registry of any name. Each has
 * a project.
 */
export function repositoriesOf(name: string): readonly string[] {
  const segments = fullName(name).split('/');
  return segments.slice(1).map((_, index) => segments.slice(index).join('/'));
}

/**
 * Tells whether an image has the digest of an artifact under one of the registry's names. The same digest under the name
 * of another registry can still be pulled there.
 */
export function isNameOf(
  { repo_digests }: NamesOfImage,
  artifact: RepositoryText & { readonly digest: string },
  registries: readonly string[],
): boolean {
  const own = `${artifact.project}/${artifact.repository}`;
  return repo_digests
    .map(parseImageName)
    .some(
      ({ repository, digest }) =>
        digest === artifact.digest && isNameOfRepository(repository, own, registries),
    );
}

/** A repository as an event of the registry names it. */
interface RepositoryText {
  readonly project: string;
  readonly repository: string;
}
