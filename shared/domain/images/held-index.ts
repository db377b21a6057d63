/**
 * The artifacts that all nodes hold, for questions about many artifacts: made once for a reading. It answers from digests,
 * ids and names, and doubt counts as held, so whatever `hostUsage` finds of an artifact, it finds too.
 */
import type { HostContainer, HostImage, NodeReading } from '../../ports/bridge.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import type { Memo } from '../../ports/services.ts';
import {
  isImageId,
  NONE,
  parseImageName,
  repositoryDigests,
  withoutAlgorithm,
  withoutDockerScheme,
} from '../../values/image-name.ts';
import { type HostIndex, type IndexedContainer, sharedHostIndex } from './host-index.ts';
import { imageNames } from './image-names.ts';
import { imageUsers, isNeeded } from './image-use.ts';

/** An artifact as lists of the registry have it. */
export interface HeldArtifact {
  /** `project/repository`; a node may know it under any registry's name. */
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests of an index's children. A node that has one of them holds the index. */
  readonly children: readonly string[];
  /** Digests of its configurations, if they are known. */
  readonly configDigests?: readonly string[] | null;
}

/** One image, or one container without a listed image, on one node. */
export interface Holder {
  readonly node: string;
  /** The containers that use it, in any state. */
  readonly containers: readonly HostContainer[];
  /** Whether it is in use without a container: the image is pinned, or is that of sandboxes. */
  readonly isNeeded: boolean;
  /** Whether its digest, which the registry does not have, may be of an index that contained the artifact. */
  readonly isDoubtful: boolean;
}

export interface HeldIndex {
  /**
   * The holders of an artifact; empty if no node holds it.
   * @param known the digests that the registry has in the artifact's repository. An image of another digest may be of an
   *   index that is gone, which contained the artifact
   */
  readonly holdersOf: (artifact: HeldArtifact, known: ReadonlySet<string>) => readonly Holder[];
  /** Containers whose image cannot be determined, so that it may be any artifact. */
  readonly unclear: readonly { readonly node: string; readonly container: HostContainer }[];
}

/** The index of a reading, made once for all who ask as long as the nodes hold the same. */
export function sharedHeldIndex(memo: Memo, reading: NodesReading): HeldIndex {
  return memo(reading.contents, sharedHeldIndex, () =>
    heldIndex(reading, (rows) => sharedHostIndex(memo, rows)),
  );
}

/** A holder that counts only if the registry has none of these digests. */
interface Doubtful {
  readonly holder: Holder;
  readonly digests: readonly string[];
}

/** Indexes the nodes that could be read. Without the others, it proves no absence. */
export function heldIndex(
  { nodes }: Pick<NodesReading, 'nodes'>,
  indexOf: (reading: NodeReading) => HostIndex,
): HeldIndex {
  const holders = new Map<string, Holder[]>();
  const doubtful = new Map<string, Doubtful[]>();
  const unclear: { readonly node: string; readonly container: HostContainer }[] = [];
  const keysOf = createImageKeys();
  for (const { name: node, reading } of nodes) {
    if (reading === null) continue;
    const users = imageUsers(reading);
    for (const image of reading.images) {
      const containers = users.get(image) ?? [];
      const holder = { node, containers, isNeeded: isNeeded(image, reading), isDoubtful: false };
      const { certain, byTag, ofRepository } = keysOf(image);
      for (const key of certain) add(holders, key, holder);
      for (const { key, digests } of byTag) add(doubtful, key, { holder, digests });
      if (containers.length === 0 && !holder.isNeeded) continue;
      for (const { key, digests } of ofRepository) add(doubtful, key, { holder, digests });
    }
    for (const container of indexOf(reading).containers) {
      const keys = keysOfContainer(container);
      if (keys === null) continue;
      const holder = { node, containers: [container.row], isNeeded: false, isDoubtful: false };
      for (const key of keys.certain) add(holders, key, holder);
      for (const { key, digests } of keys.doubtful) add(doubtful, key, { holder, digests });
      if (keys.certain.length === 0) unclear.push({ node, container: container.row });
    }
  }
  return {
    unclear,
    holdersOf: ({ repository, digest, tags, children, configDigests }, known) => {
      const named = tags.map((tag) => `${repository}:${tag}`);
      const ids = configDigests?.map((config) => idKey(withoutAlgorithm(config))) ?? [];
      const keys = [digest, ...children, ...ids, ...named, anyTagOf(repository)];
      const certain = new Set(keys.flatMap((key) => holders.get(key) ?? []));
      const others = [...named, anyTagOf(repository)].flatMap((key) =>
        (doubtful.get(key) ?? []).flatMap(({ holder, digests }) =>
          certain.has(holder) || digests.some((one) => known.has(one)) ? [] : holder,
        ),
      );
      const inDoubt = [...new Set(others)].map((holder) => ({ ...holder, isDoubtful: true }));
      return [...certain, ...inDoubt];
    },
  };
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [value]);
  else others.push(value);
}

interface DoubtfulKey {
  readonly key: string;
  readonly digests: readonly string[];
}

/** The keys to find an image by. */
interface ImageKeys {
  /** Its id and its digests, or its names if it has none. */
  readonly certain: readonly string[];
  /** Its names, which may be of an artifact that was pushed anew under the tag. */
  readonly byTag: readonly DoubtfulKey[];
  /** Its repositories, if neither its id nor its digests tell whether an index that is gone was of the artifact. */
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
  const names = imageNames(image).filter(({ repository }) => repository !== NONE);
  const byTag = names.flatMap(({ repository, tag, digests: own }) =>
    tag === null ? [] : suffixesOf(repository).map((at) => ({ key: `${at}:${tag}`, digests: own })),
  );
  if (digests.length === 0) {
    return {
      certain: [idKey(image.id), ...image.repo_tags.flatMap(keysOfName)],
      byTag,
      ofRepository: [],
    };
  }
  // With containerd's image store, Docker uses the digest of the index as id.
  const ownId = `sha256:${image.id}`;
  const isIdDigest = digests.includes(ownId);
  const ofRepository = isIdDigest
    ? names.flatMap(({ repository, digests: own }) =>
        // One that is gone is enough, whatever the others are.
        suffixesOf(repository).flatMap((at) =>
          own.map((one) => ({ key: anyTagOf(at), digests: [one] })),
        ),
      )
    : [];
  return { certain: [...digests, ownId, idKey(image.id)], byTag, ofRepository };
}

/**
 * The keys of what a container uses, if its image has no digest or is not listed. No certain key: it may use anything.
 * Null: its image has the keys.
 */
function keysOfContainer({ row, reference, images }: IndexedContainer): {
  readonly certain: readonly string[];
  readonly doubtful: readonly DoubtfulKey[];
} | null {
  if (images.some((image) => repositoryDigests(image).length > 0)) return null;
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
  const repositories = suffixesOf(repository).map(anyTagOf);
  if (digest === null) return { certain: [...repositories, ...ids], doubtful: [] };
  return {
    certain: [digest, ...ids],
    doubtful: repositories.map((key) => ({ key, digests: [digest] })),
  };
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

/** The key of an image id, which is the digest of a configuration and never that of a manifest. */
const idKey = (id: string): string => `id ${id}`;

/** The key of a repository as a whole. No tag is empty. */
const anyTagOf = (repository: string): string => `${repository}:`;

/** `registry.test/shop/web`, `shop/web` and `web` of the first: a registry's name may have a path. */
function suffixesOf(repository: string): readonly string[] {
  const segments = repository.split('/');
  return segments.map((_, index) => segments.slice(index).join('/'));
}
