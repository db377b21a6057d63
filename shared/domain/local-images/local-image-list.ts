/** The list of GET /local-images, for the function and its page. */

import { hostReading } from '../../ports/host-reading.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { defineList } from '../../values/list.ts';
import type { LocalImage } from './local-image.ts';
import { localImageRows } from './local-image-rows.ts';

export const localImageList = defineList<LocalImage>({
  sortable: ['repository', 'tag', 'image_id', 'size', 'id', 'digest', 'size_bytes', 'pinned'],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

/** The images on this host without the ignored ones. @throws Problem of the bridge */
export async function findLocalImages(
  services: Pick<DomainServices, 'bridge' | 'ignoreList' | 'memo'>,
  request: RequestContext,
): Promise<{ readonly images: readonly LocalImage[]; readonly ageMs: number }> {
  const { memo, ignoreList } = services;
  const { rows, ageMs } = await hostReading(services, request, 'images');
  const ignored = ignoreList();
  return { images: memo(localImageRows, rows, ignored), ageMs };
}
