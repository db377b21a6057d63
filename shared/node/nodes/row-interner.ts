/** Many nodes hold the same images: one row of each in memory serves all of them. */
import type { HostImage, NodeReading } from '../../host/bridge.ts';

/** Makes a function that replaces the images of a reading by equal ones of other readings. */
export function createRowInterner(): (reading: NodeReading) => NodeReading {
  /** By id. Rows of one image may differ in their names. */
  const rows = new Map<string, WeakRef<HostImage>[]>();
  const interned = new WeakMap<NodeReading, NodeReading>();
  let sweepAt = 10_000;

  function sharedRow(image: HostImage): HostImage {
    const known = rows.get(image.id);
    if (known === undefined) {
      rows.set(image.id, [new WeakRef(image)]);
      return image;
    }
    for (const reference of known) {
      const row = reference.deref();
      if (row !== undefined && areEqual(row, image)) return row;
    }
    known.push(new WeakRef(image));
    return image;
  }

  function sweep(): void {
    for (const [id, references] of rows) {
      const left = references.filter((reference) => reference.deref() !== undefined);
      if (left.length === 0) rows.delete(id);
      else rows.set(id, left);
    }
    sweepAt = 2 * Math.max(5000, rows.size);
  }

  return (reading) => {
    const known = interned.get(reading);
    if (known !== undefined) return known;
    if (rows.size > sweepAt) sweep();
    const result = { ...reading, images: reading.images.map(sharedRow) };
    interned.set(reading, result);
    interned.set(result, result);
    return result;
  };
}

function areEqual(a: HostImage, b: HostImage): boolean {
  return (
    a.id === b.id &&
    a.size_bytes === b.size_bytes &&
    a.pinned === b.pinned &&
    a.sandbox === b.sandbox &&
    areSame(a.repo_tags, b.repo_tags) &&
    areSame(a.repo_digests, b.repo_digests)
  );
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
