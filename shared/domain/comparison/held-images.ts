/**
 * The images of several nodes, each once, and what identifies one across nodes.
 *
 * Runtimes list the same image with different digests: containerd that of the index, CRI-O also that of the
 * manifest of its platform. An image goes by the digest that most nodes have of it. Digests are not merged
 * through an image that has two of them: two indexes may have the same manifest for one platform only.
 */

import type { HostImage } from '../../ports/bridge.ts';
import type { IgnoreList } from '../../ports/ignore-list.ts';
import { append } from '../../values/append.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { NONE, repositoryDigests } from '../../values/image-name.ts';
import { imageTags } from '../local-images/local-image-rows.ts';

/** The images of one node. */
export interface NodeImages {
  readonly name: string;
  readonly images: readonly HostImage[];
}

/** An image as nodes have it under one key. */
export interface HeldImage {
  /** Digest, or id of an image that has a repository digest on no node. */
  readonly key: string;
  /** The digest; null: it has a repository digest on no node. */
  readonly digest: string | null;
  /** The id; null if it differs between nodes, which have different platforms then. */
  readonly id: string | null;
  /** True if all nodes have it under the digest; otherwise its id identifies it on some or all. */
  readonly by: 'digest' | 'id';
  /** `repository:tag`; `repository@digest` if it has no tag on any node. */
  readonly names: readonly string[];
  /** The largest, because an image of several platforms has several. Null: unknown. */
  readonly sizeBytes: number | null;
  /** The positions of its nodes, ascending. */
  readonly nodes: readonly number[];
}

/** An image under one name. */
export interface Variant {
  readonly image: HeldImage;
  /** The positions of the nodes that have it under the name, ascending. */
  readonly nodes: readonly number[];
}

export interface HeldImages {
  readonly images: readonly HeldImage[];
  /** The images of each `repository:tag`. */
  readonly variants: ReadonlyMap<string, readonly Variant[]>;
}

/** One image as one or more nodes list it. */
interface ListedImage {
  readonly image: HostImage;
  /** True if the ignore list leaves a row of it. A node has an image also under a name that is ignored. */
  readonly shown: boolean;
  /** `repository:tag` of these rows. */
  readonly names: readonly string[];
  readonly digests: readonly string[];
  readonly nodes: number[];
}

/** Finds the images of all nodes. It is fastest if equal images of several nodes are one object. */
export function heldImages(nodes: readonly NodeImages[], ignoreList: IgnoreList): HeldImages {
  const listed = listedImages(nodes, ignoreList);
  const keysOf = keysByImage(listed, nodes.length);
  const shown = new Map<string, ListedImage[]>();
  for (const one of listed) if (one.shown) append(shown, keysOf(one)[0], one);
  const members = new Map<string, ListedImage[]>();
  for (const one of listed) {
    for (const key of keysOf(one)) if (shown.has(key)) append(members, key, one);
  }
  const images = [...members].map(([key, all]) => heldImage(key, all, nodes.length));
  const variants = new Map<string, Variant[]>();
  for (const image of images) {
    for (const [name, all] of byName(shown.get(image.key) ?? [])) {
      append(variants, name, { image, nodes: nodesOf(all, nodes.length) });
    }
  }
  return { images, variants };
}

function listedImages(
  nodes: readonly NodeImages[],
  ignoreList: IgnoreList,
): readonly ListedImage[] {
  const byRow = new Map<HostImage, ListedImage>();
  const byText = new Map<string, ListedImage>();
  for (const [position, { images }] of nodes.entries()) {
    for (const image of images) {
      let one = byRow.get(image);
      if (one === undefined) {
        const text = textOf(image);
        one = byText.get(text) ?? listedImage(image, ignoreList);
        byText.set(text, one);
        byRow.set(image, one);
      }
      const { nodes } = one;
      if (nodes[nodes.length - 1] !== position) nodes.push(position);
    }
  }
  return [...byText.values()];
}

/** Makes one text of what is compared of an image. */
function textOf({ id, repo_tags, repo_digests, size_bytes }: HostImage): string {
  return `${id} ${repo_tags.join(' ')} ${repo_digests.join(' ')} ${size_bytes}`;
}

function listedImage(image: HostImage, ignoreList: IgnoreList): ListedImage {
  const { id } = image;
  const rows = imageTags(image).filter((tag) => !ignoreList.matches({ id, ...tag }));
  const names = rows
    .filter(({ tag }) => tag !== NONE)
    .map(({ repository, tag }) => `${repository}:${tag}`);
  const digests = [...new Set(repositoryDigests(image))];
  return { image, shown: rows.length > 0, names, digests, nodes: [] };
}

/**
 * What identifies an image, the one that most nodes have first: its digests. If it has none: the digests that other
 * nodes list for its id, which is the digest of its configuration, or else its id.
 */
function keysByImage(
  listed: readonly ListedImage[],
  nodeCount: number,
): (one: ListedImage) => readonly [string, ...string[]] {
  const byId = new Map<string, Set<string>>();
  for (const { image, digests } of listed) if (digests.length === 0) byId.set(image.id, new Set());
  for (const { image, digests } of listed) {
    const ofId = byId.get(image.id);
    if (ofId !== undefined) for (const digest of digests) ofId.add(digest);
  }
  const keysOf = ({ image, digests }: ListedImage): readonly string[] => {
    if (digests.length > 0) return digests;
    const ofId = [...(byId.get(image.id) ?? [])];
    return ofId.length > 0 ? ofId : [image.id];
  };
  const holders = new Map<string, ListedImage[]>();
  for (const one of listed) for (const key of keysOf(one)) append(holders, key, one);
  const counts = new Map<string, number>();
  for (const [key, all] of holders) counts.set(key, nodesOf(all, nodeCount).length);
  const most = (a: string, b: string) =>
    (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || compareTexts(a, b);
  return (one) => {
    const [first = one.image.id, ...others] = keysOf(one).toSorted(most);
    return [first, ...others];
  };
}

function heldImage(key: string, members: readonly ListedImage[], nodeCount: number): HeldImage {
  const ids = new Set(members.map(({ image }) => image.id));
  const sizes = members.flatMap(({ image }) => image.size_bytes ?? []);
  const isDigest = members.some(({ digests }) => digests.includes(key));
  const [id = null] = ids;
  return {
    key,
    digest: isDigest ? key : null,
    id: ids.size === 1 ? id : null,
    by: members.every(({ digests }) => digests.includes(key)) ? 'digest' : 'id',
    names: namesOf(members),
    sizeBytes: sizes.length === 0 ? null : Math.max(...sizes),
    nodes: nodesOf(members, nodeCount),
  };
}

function namesOf(members: readonly ListedImage[]): readonly string[] {
  const tagged = members.flatMap(({ names }) => names);
  const untagged = () =>
    members.flatMap(({ image, shown }) =>
      shown ? image.repo_digests.filter((name) => !name.includes(NONE)) : [],
    );
  const names = tagged.length > 0 ? tagged : untagged();
  return [...new Set(names)].sort(compareTexts);
}

function byName(listed: readonly ListedImage[]): ReadonlyMap<string, readonly ListedImage[]> {
  const found = new Map<string, ListedImage[]>();
  for (const one of listed) for (const name of one.names) append(found, name, one);
  return found;
}

/** The nodes that have any of these, ascending. */
function nodesOf(members: readonly ListedImage[], nodeCount: number): readonly number[] {
  const [first, ...others] = members;
  if (first === undefined) return [];
  if (others.length === 0) return first.nodes;
  const has = new Uint8Array(nodeCount);
  for (const { nodes } of members) for (const node of nodes) has[node] = 1;
  return [...has.keys()].filter((node) => has[node] === 1);
}
