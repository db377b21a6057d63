/**
 * The artifacts that all nodes hold, for questions about many artifacts: made once for a reading. It answers from digests,
 * ids and names, and doubt counts as held, so whatever `hostUsage` finds of an artifact, it finds too.
 */
import type { HostContainer, HostImage } from '../../ports/bridge.ts';
import type { NodeContents, NodesReading } from '../../ports/nodes.ts';
import type { Memo } from '../../ports/services.ts';
import {
  digestIn,
  isImageId,
  isName,
  NONE,
  parseImageName,
  repositoryDigests,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { type IndexedContainer, sharedHostIndex, unlistedId } from './host-index.ts';
import { imageNames, repositoriesOf } from './image-names.ts';

/** An artifact as lists of the registry have it. */
export interface HeldArtifact {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of an index's children. A node that has one of them holds the index. */
  readonly children: readonly string[];
  /** Digests of its configurations, if they are known. Then the id of an image decides whether it is the artifact. */
  readonly configDigests?: readonly string[] | null;
}

/** One image, or one container without a listed image, on one node. */
export interface Holder {
  readonly node: string;
  /** The containers that use it, in any state. */
  readonly containers: readonly HostContainer[];
  /** True if it is in use without a container: the image is pinned, or is that of sandboxes. */
  readonly isNeeded: boolean;
  /** True if its digest, which the registry does not have, may be of an index that contained the artifact. */
  readonly isDoubtful: boolean;
}

export interface HeldIndex {
  /**
   * Finds the holders of the artifacts of a repository; none if no node holds an artifact. An image of a digest that the
   * repository does not have may be of an index that is gone, which contained any of them.
   * @param repository `project/repository`; a node may know it under any registry's name
   * @param artifacts all that the repository has
   */
  readonly holdersIn: (
    repository: string,
    artifacts: readonly HeldArtifact[],
  ) => (artifact: HeldArtifact) => readonly Holder[];
  /** Containers whose image cannot be determined, so that it may be any artifact. */
  readonly unclear: readonly { readonly node: string; readonly container: HostContainer }[];
}

/** The index of a reading, made once for all who ask as long as the nodes hold the same. */
export function sharedHeldIndex(memo: Memo, { contents }: NodesReading): HeldIndex {
  return memo(heldIndex, contents, memo);
}

type HeldNode = Pick<NodeContents, 'name' | 'reading'>;

/** A holder that counts only if the registry has none of the digests. */
interface Doubtful {
  readonly holder: Holder;
  readonly by: DoubtfulKey;
}

/** Indexes the nodes that could be read. Without the others, it proves no absence. */
export function heldIndex(nodes: readonly HeldNode[], memo: Memo): HeldIndex {
  const holders = new Map<string, Holder[]>();
  const doubtful = new Map<string, Doubtful[]>();
  const unclear: { readonly node: string; readonly container: HostContainer }[] = [];
  const keysOf = createImageKeys();
  for (const { name: node, reading } of nodes) {
    if (reading === null) continue;
    const { containers: indexed, needed } = sharedHostIndex(memo, reading);
    const users = usersOf(indexed);
    const neededImages = new Set(needed);
    for (const image of reading.images) {
      const containers = users.get(image) ?? [];
      const holder = { node, containers, isNeeded: neededImages.has(image), isDoubtful: false };
      const { certain, byTag, ofRepository } = keysOf(image);
      for (const key of certain) add(holders, key, holder);
      for (const by of byTag) add(doubtful, by.key, { holder, by });
      if (!isInUse(holder)) continue;
      for (const by of ofRepository) add(doubtful, by.key, { holder, by });
    }
    for (const container of indexed) {
      const keys = keysOfContainer(container);
      if (keys === null) continue;
      const holder = { node, containers: [container.row], isNeeded: false, isDoubtful: false };
      for (const key of keys.certain) add(holders, key, holder);
      for (const by of keys.doubtful) add(doubtful, by.key, { holder, by });
      if (keys.certain.length === 0) unclear.push({ node, container: container.row });
    }
  }
  return {
    unclear,
    holdersIn: (repository, artifacts) => {
      const known = new Set(artifacts.flatMap(({ digest, children }) => [digest, ...children]));
      const goneAt = (key: string) =>
        (doubtful.get(key) ?? []).filter(({ by }) => !by.digests.some((one) => known.has(one)));
      const goneFromRepository = goneAt(anyTagOf(repository));
      const goneHolders = inDoubt(goneFromRepository);
      const indexesOf = indexesByChild(artifacts);
      return ({ digest, tags, children, configDigests }) => {
        const named = tags.map((tag) => `${repository}:${tag}`);
        const ids = configDigests?.map((config) => idKey(withoutAlgorithm(config))) ?? [];
        const indexes = indexesOf.get(digest) ?? [];
        const keys = [digest, ...children, ...indexes, ...ids, ...named, anyTagOf(repository)];
        const certain = new Set(keys.flatMap((key) => holders.get(key) ?? []));
        // An index with a child of this one is of it as far as the guard of a deletion can tell.
        const sharing = children.flatMap((child) => indexesOf.get(child) ?? []);
        for (const holder of sharing.flatMap((key) => holders.get(key) ?? [])) {
          if (isInUse(holder)) certain.add(holder);
        }
        const byTag = named.flatMap(goneAt);
        // Those of the whole repository may be many, and are mostly all there is.
        if (certain.size + byTag.length === 0 && !configDigests) return goneHolders;
        const gone = [...byTag, ...goneFromRepository].filter(
          ({ holder, by }) => !certain.has(holder) && !(configDigests && by.hasConfigId),
        );
        return [...certain, ...inDoubt(gone)];
      };
    },
  };
}

/** The containers of each image that has any. */
function usersOf(
  containers: readonly IndexedContainer[],
): ReadonlyMap<HostImage, readonly HostContainer[]> {
  const users = new Map<HostImage, HostContainer[]>();
  for (const { images, row } of containers) for (const image of images) add(users, image, row);
  return users;
}

/** The holders, each once. */
function inDoubt(all: readonly Doubtful[]): readonly Holder[] {
  const holders = new Set(all.map(({ holder }) => holder));
  return [...holders].map((holder) => ({ ...holder, isDoubtful: true }));
}

/** Whether an image cannot be taken away. */
function isInUse({ containers, isNeeded: needed }: Holder): boolean {
  return needed || containers.length > 0;
}

/** The indexes that contain each child. */
function indexesByChild(
  artifacts: readonly HeldArtifact[],
): ReadonlyMap<string, readonly string[]> {
  const indexes = new Map<string, string[]>();
  for (const { digest, children } of artifacts) {
    for (const child of children) add(indexes, child, digest);
  }
  return indexes;
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [value]);
  else others.push(value);
}

interface DoubtfulKey {
  readonly key: string;
  readonly digests: readonly string[];
  /** Whether the image is listed with the digest of its configuration as id. */
  readonly hasConfigId: boolean;
}

/** The keys to find an image by. */
interface ImageKeys {
  /** Its id and its digests, or its names if it has none. */
  readonly certain: readonly string[];
  /** Its names, which may be of an artifact that was pushed anew under the tag. */
  readonly byTag: readonly DoubtfulKey[];
  /** Its repositories, any artifact of which an index that is gone may have contained. */
  readonly ofRepository: readonly DoubtfulKey[];
}

/** Makes the keys of images. Nodes mostly have the same rows, which are one object. */
function createImageKeys(): (image: HostImage) => ImageKeys {
  const known = new Map<HostImage, ImageKeys>();
  return function keysOf(image) {
    const keys = known.get(image) ?? imageKeys(image);
    known.set(image, keys);
    return keys;
  };
}

function imageKeys(image: HostImage): ImageKeys {
  const digests = repositoryDigests(image);
  // With containerd's image store, Docker uses the digest of the index as id.
  const ownId = `sha256:${image.id}`;
  const told = { hasConfigId: !digests.includes(ownId) };
  const names = imageNames(image).filter(({ repository }) => repository !== NONE);
  const byTag = names.flatMap(({ repository, tag, digests: own }) =>
    tag === null
      ? []
      : repositoriesOf(repository).map((at) => ({ ...told, key: `${at}:${tag}`, digests: own })),
  );
  if (digests.length === 0) {
    return {
      certain: [idKey(image.id), ...image.repo_tags.flatMap(keysOfName)],
      byTag,
      ofRepository: [],
    };
  }
  const ofRepository = names.flatMap(({ repository, digests: own }) =>
    // One that is gone is enough, whatever the others are.
    repositoriesOf(repository).flatMap((at) =>
      own.map((one) => ({ ...told, key: anyTagOf(at), digests: [one] })),
    ),
  );
  return { certain: [...digests, ownId, idKey(image.id)], byTag, ofRepository };
}

/**
 * The keys of what a container uses, if its image has no digest or is not listed. No certain key: it may use anything.
 * Null means that its image has the keys.
 */
function keysOfContainer(container: IndexedContainer): {
  readonly certain: readonly string[];
  readonly doubtful: readonly DoubtfulKey[];
} | null {
  const { row, reference, images } = container;
  if (images.some(({ repo_digests }) => repo_digests.some((one) => digestIn(one) !== null))) {
    const id = unlistedId(container);
    return id === null ? null : { certain: [idKey(id)], doubtful: [] };
  }
  const asked = withoutDockerScheme(row.image);
  if (images.length === 0) return keysOfUnlisted([reference, asked]);
  const isNamed = images.some(({ repo_tags }) => repo_tags.some(isName));
  if (!isNamed) return keysOfUnlisted([asked]);
  return isName(asked) ? { certain: keysOfName(asked), doubtful: [] } : null;
}

/**
 * The first reference that is a name decides: by its digest, or else for every tag of its repository, because the tag
 * may have moved since.
 */
function keysOfUnlisted(references: readonly string[]) {
  const ids = references.filter(isImageId).map((id) => idKey(withoutAlgorithm(id)));
  const name = references.find(isName);
  if (name === undefined) return { certain: [], doubtful: [] };
  const { repository, digest } = parseImageName(name);
  const repositories = repositoriesOf(repository).map(anyTagOf);
  if (digest === null) return { certain: [...repositories, ...ids], doubtful: [] };
  return {
    certain: [digest, ...ids],
    doubtful: repositories.map((key) => ({ key, digests: [digest], hasConfigId: false })),
  };
}

/** A name as keys: with its digest, or with its tag for every repository whose name it ends in. */
function keysOfName(name: string): readonly string[] {
  const { repository, tag, digest } = parseImageName(name);
  if (digest !== null) return [digest];
  return repositoriesOf(repository).map((at) => `${at}:${tag ?? 'latest'}`);
}

/** The key of an image id, which is the digest of a configuration and never that of a manifest. */
const idKey = (id: string): string => `id ${id}`;

/** The key of a repository as a whole. No tag is empty. */
const anyTagOf = (repository: string): string => `${repository}:`;
