/**
 * Shares equal rows of images between nodes, which mostly have the same ones: a thousand nodes with two hundred images
 * would otherwise keep two hundred thousand rows.
 */
import type { HostImage } from '../host/bridge.ts';

/** Nodes may know an image by different tags; more variants of one image than this are not shared. */
const MAX_VARIANTS = 8;

/** Makes a `shareRow` for clients of bridges. It keeps no row alive that nobody else has. */
export function createSharedRows(): (row: HostImage) => HostImage {
  const variantsById = new Map<string, WeakRef<HostImage>[]>();
  const emptied = new FinalizationRegistry((id: string) => {
    const left = (variantsById.get(id) ?? []).filter((variant) => variant.deref() !== undefined);
    if (left.length === 0) variantsById.delete(id);
    else variantsById.set(id, left);
  });

  return function shareRow(row) {
    const variants = variantsById.get(row.id) ?? [];
    for (const variant of variants) {
      const shared = variant.deref();
      if (shared !== undefined && isEqual(shared, row)) return shared;
    }
    if (variants.length < MAX_VARIANTS) {
      variantsById.set(row.id, [...variants, new WeakRef(row)]);
      emptied.register(row, row.id);
    }
    return row;
  };
}

function isEqual(a: HostImage, b: HostImage): boolean {
  return (
    a.size_bytes === b.size_bytes &&
    a.pinned === b.pinned &&
    a.sandbox === b.sandbox &&
    areEqual(a.repo_tags, b.repo_tags) &&
    areEqual(a.repo_digests, b.repo_digests)
  );
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
