/**
 * The artifacts that all nodes hold, for questions about many artifacts: made once for a reading. It answers from digests,
 * ids and names, and doubt counts as held, so whatever `hostUsage` finds of an artifact, it finds too.
 */
import type { HostContainer, HostImage } from '../../ports/bridge.ts';
import type { NodeContents, NodesReading } from '../../ports/nodes.ts';
import type { KnownConfigs } from '../../ports/registry.ts';
import type { Memo } from '../../ports/services.ts';
import { append } from '../../values/append.ts';
import {
  digestIn,
  isName,
  NONE,
  parseImageName,
  repositoryDigests,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { type BareImage, type BareImages, bareImages } from './bare-images.ts';
import { manifestsOf } from './config-reader.ts';
import { type Holder, isInUse } from './holder.ts';
import { type IndexedContainer, sharedHostIndex, unlistedId } from './host-index.ts';
import { imageNames, repositoriesOf } from './image-names.ts';

/** An artifact as lists of the registry have it. */
export interface HeldArtifact {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of an index's children. A node that has one of them holds the index. */
  readonly children: readonly string[];
}

export interface HeldIndex {
  /**
   * Finds the holders of the artifacts of a repository; none if no node holds an artifact. An image of a digest that the
   * repository does not have may be of an index that is gone, which contained any of them.
   * @param repository `project/repository`; a node may know it under any registry's name
   * @param artifacts all that the repository has
   * @param configs they decide some doubts: then the id of an image says whether it is the artifact
   */
  readonly holdersIn: (
    repository: string,
    artifacts: readonly HeldArtifact[],
    configs: KnownConfigs,
  ) => (artifact: HeldArtifact) => readonly Holder[];
  readonly bare: BareImages;
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
  const bare: BareImage[] = [];
  const unclear: { readonly node: string; readonly container: HostContainer }[] = [];
  const keysOf = createImageKeys();
  const addBare = (image: BareImage) => {
    bare.push(image);
    for (const key of keysOfId(image.id)) append(holders, key, image.holder);
  };
  for (const { name: node, reading } of nodes) {
    if (reading === null) continue;
    const { containers: indexed, needed, undigested } = sharedHostIndex(memo, reading);
    const users = usersOf(indexed);
    const neededImages = new Set(needed);
    for (const image of reading.images) {
      const isBare = undigested.has(image);
      const containers = users.get(image) ?? [];
      const use = { containers, isNeeded: neededImages.has(image) };
      const holder = { node, ...use, isDoubtful: false, isBare };
      if (isBare) {
        const asked = containers.map((row) => withoutDockerScheme(row.image));
        addBare({ id: image.id, holder, names: [...image.repo_tags, ...asked].filter(isName) });
        continue;
      }
      const { certain, byTag, ofRepository } = keysOf(image);
      for (const key of certain) append(holders, key, holder);
      for (const by of byTag) append(doubtful, by.key, { holder, by });
      if (!isInUse(holder)) continue;
      for (const by of ofRepository) append(doubtful, by.key, { holder, by });
    }
    for (const container of indexed) {
      const { row } = container;
      const id = unlistedId(container);
      const use = { containers: [row], isNeeded: false };
      const holder = { node, ...use, isDoubtful: false, isBare: id !== null };
      const names = [withoutDockerScheme(row.image)].filter(isName);
      if (id !== null) addBare({ id, holder, names });
      const keys = keysOfContainer(container);
      for (const key of keys.certain) append(holders, key, holder);
      for (const by of keys.doubtful) append(doubtful, by.key, { holder, by });
      if (keys.isUnclear) unclear.push({ node, container: row });
    }
  }
  const found = bareImages(bare);
  return {
    unclear,
    bare: found,
    holdersIn: (repository, artifacts, configs) => {
      const known = new Set(artifacts.flatMap(({ digest, children }) => [digest, ...children]));
      const goneAt = (key: string) =>
        (doubtful.get(key) ?? []).filter(({ by }) => !by.digests.some((one) => known.has(one)));
      const goneFromRepository = goneAt(anyTagOf(repository));
      const goneHolders = inDoubt(goneFromRepository);
      const bareHolders = found.doubtsIn(repository, configs);
      const unreadHolders = [...goneHolders, ...bareHolders];
      const indexesOf = indexesByChild(artifacts);
      return (artifact) => {
        const { digest, tags, children } = artifact;
        const configDigests = configs.of(manifestsOf(artifact));
        const named = tags.map((tag) => `${repository}:${tag}`);
        const ids = configDigests?.map((config) => idKey(withoutAlgorithm(config))) ?? [];
        const indexes = indexesOf.get(digest) ?? [];
        const keys = [digest, ...children, ...indexes, ...ids, anyTagOf(repository)];
        const certain = new Set(keys.flatMap((key) => holders.get(key) ?? []));
        // An index with a child of this one is of it as far as the guard of a deletion can tell.
        const sharing = children.flatMap((child) => indexesOf.get(child) ?? []);
        for (const holder of sharing.flatMap((key) => holders.get(key) ?? [])) {
          if (isInUse(holder)) certain.add(holder);
        }
        const byTag = named.flatMap(goneAt);
        // Those of the whole repository may be many, and are mostly all there is.
        if (certain.size + byTag.length === 0 && configDigests === null) return unreadHolders;
        const gone = [...byTag, ...goneFromRepository].filter(
          ({ holder, by }) => !certain.has(holder) && !(configDigests && by.hasConfigId),
        );
        // What holds it for certain is enough.
        const bareToo = certain.size === 0 && configDigests === null ? bareHolders : [];
        return [...certain, ...inDoubt(gone), ...bareToo];
      };
    },
  };
}

/** The containers of each image that has any. */
function usersOf(
  containers: readonly IndexedContainer[],
): ReadonlyMap<HostImage, readonly HostContainer[]> {
  const users = new Map<HostImage, HostContainer[]>();
  for (const { images, row } of containers) for (const image of images) append(users, image, row);
  return users;
}

/** The holders, each once. */
function inDoubt(all: readonly Doubtful[]): readonly Holder[] {
  const holders = new Set(all.map(({ holder }) => holder));
  return [...holders].map((holder) => ({ ...holder, isDoubtful: true }));
}

/** The indexes that contain each child. */
function indexesByChild(
  artifacts: readonly HeldArtifact[],
): ReadonlyMap<string, readonly string[]> {
  const indexes = new Map<string, string[]>();
  for (const { digest, children } of artifacts) {
    for (const child of children) append(indexes, child, digest);
  }
  return indexes;
}

interface DoubtfulKey {
  readonly key: string;
  readonly digests: readonly string[];
  /** Whether the image is listed with the digest of its configuration as id. */
  readonly hasConfigId: boolean;
}

/** The keys to find an image with a digest by. */
interface ImageKeys {
  /** Its id and its digests. */
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
  const facts = { hasConfigId: !digests.includes(`sha256:${image.id}`) };
  const names = imageNames(image).filter(({ repository }) => repository !== NONE);
  const byTag = names.flatMap(({ repository, tag, digests: own }) =>
    tag === null
      ? []
      : repositoriesOf(repository).map((at) => ({ ...facts, key: `${at}:${tag}`, digests: own })),
  );
  const ofRepository = names.flatMap(({ repository, digests: own }) =>
    // One that is gone is enough, whatever the others are.
    repositoriesOf(repository).flatMap((at) =>
      own.map((one) => ({ ...facts, key: anyTagOf(at), digests: [one] })),
    ),
  );
  return { certain: [...digests, ...keysOfId(image.id)], byTag, ofRepository };
}

/** The keys of what a container uses, besides those of its listed image, and of the id of one that is not listed. */
interface ContainerKeys {
  readonly certain: readonly string[];
  readonly doubtful: readonly DoubtfulKey[];
  /** True if it may use anything. */
  readonly isUnclear: boolean;
}

const NO_KEYS: ContainerKeys = { certain: [], doubtful: [], isUnclear: false };

function keysOfContainer(container: IndexedContainer): ContainerKeys {
  const { row, reference, images } = container;
  const asked = withoutDockerScheme(row.image);
  const digest = digestIn(asked);
  if (images.some(({ repo_digests }) => repo_digests.some((one) => digestIn(one) !== null))) {
    return NO_KEYS;
  }
  // The id decides, but a digest that the pod named does not move.
  const hasId = images.length > 0 || unlistedId(container) !== null;
  if (hasId && digest === null) return NO_KEYS;
  if (images.length > 0) return { ...NO_KEYS, certain: digest === null ? [] : [digest] };
  return keysOfUnlisted([reference, asked]);
}

/**
 * The first reference that is a name decides: by its digest, or else for every tag of its repository, because the tag
 * may have moved since.
 */
function keysOfUnlisted(references: readonly string[]): ContainerKeys {
  const name = references.find(isName);
  if (name === undefined) return { ...NO_KEYS, isUnclear: true };
  const { repository, digest } = parseImageName(name);
  const repositories = repositoriesOf(repository).map(anyTagOf);
  if (digest === null) {
    return { ...NO_KEYS, certain: repositories, isUnclear: repositories.length === 0 };
  }
  return {
    certain: [digest],
    doubtful: repositories.map((key) => ({ key, digests: [digest], hasConfigId: false })),
    isUnclear: false,
  };
}

/** The key of an image id, which is the digest of a configuration and never that of a manifest. */
const idKey = (id: string): string => `id ${id}`;

/** With containerd's image store, Docker uses the digest of the manifest or index as id. */
const keysOfId = (id: string): readonly string[] => [idKey(id), `sha256:${id}`];

/** The key of a repository as a whole. No tag is empty. */
const anyTagOf = (repository: string): string => `${repository}:`;
