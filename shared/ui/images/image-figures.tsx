/** The figures of a host's images. */
import { Figures } from '../parts/facts.tsx';
import { Size, Unknown } from '../parts/values.tsx';
import type { ViewImage } from './view-images.ts';

/** Counts each image once: it has a row for each of its tags. */
export function ImageFigures({ images }: { readonly images: readonly ViewImage[] }) {
  const distinct = [...new Map(images.map((image) => [image.id, image])).values()];
  const used = distinct.filter(({ in_use }) => in_use === true).length;
  const isKnown = distinct.every(({ in_use }) => in_use !== null);
  return (
    <Figures
      facts={[
        ['Images', distinct.length],
        ['Total size', <Size bytes={sizeOf(distinct)} />],
        ['Used by a container', isKnown ? used : <Unknown />],
      ]}
    />
  );
}

/** Sums the sizes; null if that of one is unknown. */
function sizeOf(images: readonly ViewImage[]): number | null {
  return images.reduce<number | null>(
    (sum, { size_bytes }) => (sum === null || size_bytes === null ? null : sum + size_bytes),
    0,
  );
}
