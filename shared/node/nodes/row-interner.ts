/** Many nodes hold the same images: one row of each in memory serves all of them. */
import type { HostImage, NodeReading } from '../../host/bridge.ts';

/** Makes a function that replaces the images of a reading by equal ones of other readings. */
export function createRowInterner(): (reading: NodeReading) => NodeReading {
  const rows = new Map<string, WeakRef<HostImage>>();
  const interned = new WeakMap<NodeReading, NodeReading>();
  let sweepAt = 10_000;

  function sharedRow(image: HostImage): HostImage {
    const { id, size_bytes, pinned, sandbox, repo_tags, repo_digests } = image;
    const key = `${id} ${size_bytes} ${pinned} ${sandbox} ${repo_tags} ${repo_digests}`;
    const known = rows.get(key)?.deref();
    if (known !== undefined) return known;
    rows.set(key, new WeakRef(image));
    return image;
  }

  function sweep(): void {
    for (const [key, row] of rows) {
      if (row.deref() === undefined) rows.delete(key);
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
