/**
 * What all nodes hold, for questions about many artifacts: made once for a reading. It answers from digests and
 * names alone, and doubt counts as held. The guard of a deletion asks Harbor for more.
 */

import type { HostContainer, HostImage, NodeReading } from '../../ports/bridge.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import type { Memo } from '../../ports/services.ts';
import {
  isImageId,
  NONE,
  parseImageName,
  repositoryDigests,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { imageIndex, imageUsers, isNeeded } from './image-use.ts';

/** An artifact as lists of the registry have it. */
export interface HeldArtifact {
  /** `project/repository`; a node may know it under any registry's name. */
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of an index's children. A node that has one of them holds the index. */
  readonly children: readonly string[];
}

/** One image, or one container without a listed image, on one node. */
export interface Holder {
  readonly node: string;
  /** The containers that use it, in any state. */
  readonly containers: readonly HostContainer[];
  /** Whether it is in use without a container: the image is pinned, or is that of sandboxes. */
  readonly isNeeded: boolean;
}

export interface HeldIndex {
  /** Who holds an artifact; empty if no node does. */
  readonly holdersOf: (artifact: HeldArtifact) => readonly Holder[];
  /** Containers whose image cannot be determined, so that it may be any artifact. */
  readonly unclear: readonly { readonly node: string; readonly container: HostContainer }[];
}

/** The index of a reading, made once for all who ask as long as the nodes hold the same. */
export function sharedHeldIndex(memo: Memo, reading: NodesReading): HeldIndex {
  return memo(reading.contents, 'held index', () => heldIndex(reading));
}

/** Indexes what the nodes hold that could be read. Without the others, it proves no absence. */
export function heldIndex({ nodes }: Pick<NodesReading, 'nodes'>): HeldIndex {
  const holders = new Map<string, Holder[]>();
  const unclear: { readonly node: string; readonly container: HostContainer }[] = [];
  const add = (key: string, holder: Holder): void => {
    const others = holders.get(key);
    if (others === undefined) holders.set(key, [holder]);
    else others.push(holder);
  };
  for (const { name, reading } of nodes) {
    if (reading === null) continue;
    for (const [keys, holder] of imagesOf(name, reading)) for (const key of keys) add(key, holder);
    for (const [keys, container] of looseContainers(reading)) {
      const holder = { node: name, containers: [container], isNeeded: false };
      for (const key of keys) add(key, holder);
      if (keys.length === 0) unclear.push({ node: name, container });
    }
  }
  return {
    unclear,
    holdersOf: ({ repository, digest, tags, children }) => {
      const keys = [
        digest,
        ...children,
        ...tags.map((tag) => `${repository}:${tag}`),
        anyTagOf(repository),
      ];
      return [...new Set(keys.flatMap((key) => holders.get(key) ?? []))];
    },
  };
}

/** The images of a node, each with the keys to find it by: its digests, or its names if it has none. */
function* imagesOf(
  node: string,
  reading: NodeReading,
): Generator<readonly [keys: readonly string[], Holder]> {
  const users = imageUsers(reading);
  for (const image of reading.images) {
    const holder = { containers: users.get(image) ?? [], isNeeded: isNeeded(image, reading) };
    yield [keysOf(image), { node, ...holder }];
  }
}

function keysOf(image: HostImage): readonly string[] {
  const digests = repositoryDigests(image);
  // With containerd's image store, Docker uses the digest of the index as id.
  if (digests.length > 0) return [...digests, `sha256:${image.id}`];
  return image.repo_tags.flatMap(keysOfName);
}

/**
 * The containers whose image has no digest, or is not listed, each with the keys of what it may use. No keys: it
 * may use anything.
 */
function* looseContainers({
  images,
  containers,
}: NodeReading): Generator<readonly [keys: readonly string[], HostContainer]> {
  const index = imageIndex(images);
  for (const container of containers) {
    // Without the name that the pod gave, because its tag may have moved since.
    const used = index.imagesOf({ ...container, image: '' });
    const digested = used.some((image) => repositoryDigests(image).length > 0);
    if (digested) continue;
    const asked = withoutDockerScheme(container.image);
    if (used.length === 0) {
      yield [keysOfUnlisted([withoutDockerScheme(container.image_ref), asked]), container];
    } else if (isName(asked)) {
      yield [keysOfName(asked), container];
    } else if (!used.some(({ repo_tags }) => repo_tags.some(isName))) {
      yield [[], container];
    }
  }
}

/** The first reference that is a name decides: by its digest, or else for every tag of its repository. */
function keysOfUnlisted(references: readonly string[]): readonly string[] {
  const name = references.find(isName);
  if (name === undefined) return [];
  const { repository, digest } = parseImageName(name);
  return digest === null ? suffixesOf(repository).map(anyTagOf) : [digest];
}

function isName(reference: string): boolean {
  return reference !== '' && !reference.startsWith(NONE) && !isImageId(reference);
}

/** A name as keys: with its digest, or with its tag for every repository whose name it ends in. */
function keysOfName(name: string): readonly string[] {
  const { repository, tag, digest } = parseImageName(name);
  if (digest !== null) return [digest];
  return suffixesOf(repository).map((suffix) => `${suffix}:${tag ?? 'latest'}`);
}

/** Key of containers that use an unknown artifact of a repository. No tag is empty. */
const anyTagOf = (repository: string): string => `${repository}:`;

/** `registry.test/shop/web`, `shop/web` and `web` of the first: a registry's name may have a path. */
function suffixesOf(repository: string): readonly string[] {
  const segments = repository.split('/');
  return segments.map((_, index) => segments.slice(index).join('/'));
}
