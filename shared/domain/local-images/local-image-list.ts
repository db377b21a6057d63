/** The list of GET /local-images, for the function and its page. */

import type { FunctionContext } from '../../http/function.ts';
import { hostReading, wantsFresh } from '../../http/host-reading.ts';
import { defineList } from '../../http/list-answer.ts';
import type { LocalImage } from './local-image.ts';
import { localImageRows } from './local-image-rows.ts';

export const localImageList = defineList<LocalImage>({
  sortable: ['repository', 'tag', 'image_id', 'size', 'id', 'digest', 'size_bytes', 'pinned'],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

/** The images on this host without the ignored ones. @throws Problem of the bridge */
export async function findLocalImages(
  c: FunctionContext,
): Promise<{ readonly images: readonly LocalImage[]; readonly ageMs: number }> {
  const { memo, ignoreList } = c.get('services');
  const { rows, ageMs } = await hostReading(c, 'images', wantsFresh(c));
  const ignored = ignoreList();
  return { images: memo(rows, ignored, () => localImageRows(rows, ignored)), ageMs };
}
