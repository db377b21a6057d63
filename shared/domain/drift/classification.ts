/**
 * How an image on nodes differs from the registry (docs/nodes.md#drift). The table of all cases is
 * test/shared/domain/drift/classification.test.ts.
 */

import { isDigest } from '../../values/names.ts';
import type { Problem } from '../../values/problem.ts';
import type { NamedImage } from '../images/image-names.ts';
import type { RepositoryIndex } from '../registry/repository-index.ts';
import type { DriftRow } from './drift-answer.ts';

/** The state of an image's repository in the registry, as far as it is known. */
export type RegistryState =
  | { readonly kind: 'foreign' }
  /** The registry was not asked, or did not answer. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** It has no such repository, or no such project. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'listed';
      readonly index: RepositoryIndex;
      /**
       * By tag or digest that the list does not have: whether the registry has such an artifact all the same,
       * or why that is not known.
       */
      readonly found: ReadonlyMap<string, boolean | Problem>;
      /** By the id of an image without a digest: the artifact that it is, or null for none. What is not there is not known. */
      readonly byId: ReadonlyMap<string, string | null>;
    };

/** The part of a row that the comparison makes. */
export type ComparedRow = Pick<
  DriftRow,
  'status' | 'digest' | 'registry_digest' | 'digest_gone' | 'detail'
>;

/**
 * The tags and digests to look up before an image is compared: lists leave out some children and signatures,
 * and only Harbor's answer about one artifact says that it is gone.
 */
export function toLookUp(image: NamedImage, index: RepositoryIndex): readonly string[] {
  const { tag, digests, otherDigests } = image;
  const isKnown = (digest: string) => index.digests.has(digest);
  const tagged = tag === null ? undefined : index.byTag.get(tag);
  if (digests.length === 0) {
    return tag === null || tagged !== undefined || otherDigests.some(isKnown) ? [] : [tag];
  }
  // One digest that is there decides.
  return digests.some(isKnown) ? [] : digests.filter(isDigest);
}

/** Compares an image with the registry. */
export function compareWithRegistry(image: NamedImage, state: RegistryState): ComparedRow {
  const [digest = null] = image.digests;
  switch (state.kind) {
    case 'foreign':
      return row('foreign', { digest, detail: 'It comes from another registry.' });
    case 'unknown':
      return row('unknown', { digest, detail: state.reason });
    case 'missing':
      return row('gone', { digest, detail: 'Harbor no longer has its repository.' });
    default:
      return image.digests.length === 0 ? compareById(image, state) : compareDigests(image, state);
  }
}

type ListedState = Extract<RegistryState, { readonly kind: 'listed' }>;

function compareDigests({ tag, digests }: NamedImage, state: ListedState): ComparedRow {
  const there = presenceOf(digests, state);
  const digest = there.digest ?? digests[0] ?? null;
  if (tag === null) {
    if (there.digest !== null) return row('in_sync', { digest, detail: 'Harbor has the digest.' });
    return there.unknown ?? row('gone', { digest, detail: 'Harbor no longer has the digest.' });
  }
  const current = state.index.byTag.get(tag);
  if (current === undefined) {
    if (there.digest !== null) {
      const detail = 'Harbor has the digest, but the tag is gone.';
      return row('untagged', { digest, detail });
    }
    const detail = 'Harbor no longer has the tag or the digest.';
    return there.unknown ?? row('gone', { digest, detail });
  }
  const own = digests.find((one) => one === current.digest);
  if (own !== undefined) {
    return row('in_sync', { digest: own, detail: 'Harbor has the digest under this tag.' });
  }
  const child = digests.find((one) => current.children.includes(one));
  if (child !== undefined) {
    const detail = `Under this tag Harbor has the index ${current.digest}, which contains the digest.`;
    return row('in_sync', { digest: child, detail });
  }
  const moved = `In Harbor, the tag now refers to ${current.digest}.`;
  const registry_digest = current.digest;
  if (there.digest === null && there.unknown !== null) {
    const detail = `${moved} Whether Harbor still has the digest is unknown: ${there.unknown.detail}`;
    return { ...row('tag_moved', { digest, detail }), registry_digest };
  }
  const digest_gone = there.digest === null;
  const detail = `${moved} It ${digest_gone ? 'no longer has' : 'still has'} the digest of the nodes.`;
  return { ...row('tag_moved', { digest, detail }), registry_digest, digest_gone };
}

/** An image without a digest: its id is the digest of a configuration. */
function compareById(image: NamedImage, state: ListedState): ComparedRow {
  const { imageId, tag } = image;
  const artifact = imageId === null ? undefined : state.byId.get(imageId);
  if (artifact) return compareDigests({ ...image, digests: [artifact] }, state);
  const current = tag === null ? undefined : state.index.byTag.get(tag);
  if (artifact === undefined || current === undefined) return compareWithoutDigest(image, state);
  const detail = `In Harbor, the tag now refers to ${current.digest}. No artifact of the repository has the configuration that is the id of the image.`;
  const registry_digest = current.digest;
  return { ...row('tag_moved', { digest: null, detail }), registry_digest, digest_gone: true };
}

/** An image that has no digest under this name: only its tag, or its digests under other names, can decide. */
function compareWithoutDigest({ tag, otherDigests }: NamedImage, state: ListedState): ComparedRow {
  const current = tag === null ? undefined : state.index.byTag.get(tag);
  const digest = otherDigests.find((one) => state.index.digests.has(one)) ?? null;
  if (current !== undefined) {
    const parts = [current.digest, ...current.children];
    const same = otherDigests.find((one) => parts.includes(one));
    if (same !== undefined) {
      const detail =
        'Harbor has the digest, which the image has under another name, under this tag.';
      return row('in_sync', { digest: same, detail });
    }
    const registry_digest = current.digest;
    const detail = 'The runtime reports no digest under this name that could be compared.';
    return { ...row('unknown', { digest: null, detail }), registry_digest };
  }
  if (digest !== null) {
    const detail = 'Harbor has the digest, but not the tag.';
    return row('untagged', { digest, detail });
  }
  const found = tag === null ? undefined : state.found.get(tag);
  if (found === false) {
    const detail = 'Harbor does not have the tag, and the runtime reports no digest.';
    return row('gone', { digest: null, detail });
  }
  const detail =
    found === true || found === undefined
      ? 'Harbor changed while it was read. Ask again.'
      : found.message;
  return row('unknown', { digest: null, detail });
}

interface Presence {
  /** The first digest that the registry has; null if there is none. */
  readonly digest: string | null;
  /** If there is none: the row of an image of which not everything is known. */
  readonly unknown: ComparedRow | null;
}

function presenceOf(digests: readonly string[], { index, found }: ListedState): Presence {
  const digest = digests.find((one) => index.digests.has(one) || found.get(one) === true);
  if (digest !== undefined) return { digest, unknown: null };
  for (const one of digests) {
    const answer = found.get(one);
    if (answer === false) continue;
    const detail =
      answer === undefined || answer === true
        ? 'Harbor cannot be asked for a digest of this kind.'
        : answer.message;
    return { digest: null, unknown: row('unknown', { digest: one, detail }) };
  }
  return { digest: null, unknown: null };
}

function row(
  status: DriftRow['status'],
  { digest, detail }: Pick<ComparedRow, 'digest' | 'detail'>,
): ComparedRow {
  return { status, digest, registry_digest: null, digest_gone: null, detail };
}
