/**
 * Shares equal rows of images between nodes, which mostly have the same ones: a thousand nodes with two hundred images
 * would otherwise keep two hundred thousand rows.
 */
import { type HostImage, parseHostImage } from '../../ports/bridge.ts';
import { isRecord } from '../../values/is-record.ts';

/** Nodes may know an image by different tags; more variants of one image than this are not shared. */
const MAX_VARIANTS = 8;

/**
 * Makes a `readImage` for clients of bridges. It keeps no row alive that nobody else has. What equals a row that was
 * checked needs no check of its own.
 */
export function createSharedRows(): (row: unknown) => HostImage {
  const variantsById = new Map<unknown, WeakRef<HostImage>[]>();
  const emptied = new FinalizationRegistry((id: string) => {
    const left = (variantsById.get(id) ?? []).filter((variant) => variant.deref() !== undefined);
    if (left.length === 0) variantsById.delete(id);
    else variantsById.set(id, left);
  });

  return function readImage(row) {
    const variants = (isRecord(row) ? variantsById.get(row['id']) : undefined) ?? [];
    for (const variant of variants) {
      const shared = variant.deref();
      if (shared !== undefined && isEqual(shared, row)) return shared;
    }
    const image = parseHostImage(row);
    if (variants.length < MAX_VARIANTS) {
      variantsById.set(image.id, [...variants, new WeakRef(image)]);
      emptied.register(image, image.id);
    }
    return image;
  };
}

/** Tells whether `row` would be read as an equal image of the same id. */
function isEqual(image: HostImage, row: unknown): boolean {
  if (!isRecord(row)) return false;
  const { size_bytes, pinned, sandbox = null, repo_tags, repo_digests } = row;
  return (
    image.size_bytes === size_bytes &&
    image.pinned === pinned &&
    image.sandbox === sandbox &&
    areEqual(image.repo_tags, repo_tags) &&
    areEqual(image.repo_digests, repo_digests)
  );
}

function areEqual(texts: readonly string[], others: unknown): boolean {
  return (
    Array.isArray(others) &&
    texts.length === others.length &&
    texts.every((text, index) => text === others[index])
  );
}
