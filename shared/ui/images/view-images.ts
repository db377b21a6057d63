/** The images of one host as pages show them: with the ignored ones if asked for, and what uses each. */

import * as z from 'zod/mini';
import type { HostRows } from '../../domain/images/image-use.ts';
import type { LocalImage } from '../../domain/local-images/local-image.ts';
import { localImageRows } from '../../domain/local-images/local-image-rows.ts';
import { EMPTY_IGNORE_LIST } from '../../domain/local-images/parse-ignore-list.ts';
import { nodeImageList } from '../../domain/nodes/node-image-list.ts';
import { nodeImageRows } from '../../domain/nodes/node-rows.ts';
import type { NodeImage } from '../../domain/nodes/node-rows-answer.ts';
import type { IgnoreList, IgnoreRow } from '../../ports/ignore-list.ts';
import { defineList } from '../../values/list.ts';

/** A row of a page; null where the use is not known. */
export interface ViewImage extends LocalImage {
  readonly in_use: boolean | null;
  readonly containers: NodeImage['containers'] | null;
  /** The row of the ignore list that hides it from the lists of the API; null if they have it. */
  readonly ignored_by: IgnoreRow | null;
}

export const viewImageList = defineList<ViewImage>({
  sortable: nodeImageList.sortable,
  searched: (row) => [`${row.repository}:${row.tag}`],
});

const BOOLEAN = 'expected true or false';

/** The query of the pages: that of the API, and filters. */
export const viewImagesQuery = z.extend(viewImageList.query, {
  in_use: z.optional(z.boolean(BOOLEAN)),
  pinned: z.optional(z.boolean(BOOLEAN)),
  /** `true` shows the ignored ones too. */
  ignored: z.optional(z.enum(['true', 'only'], 'expected true or only')),
});
export type ViewImagesQuery = z.output<typeof viewImagesQuery>;

/** An image before the ignore list is asked. */
type UsedImage = Omit<ViewImage, 'ignored_by'>;

/** All images of a host and their use, the ignored ones too. */
export function usedImages(host: HostRows): readonly UsedImage[] {
  return nodeImageRows(host, EMPTY_IGNORE_LIST);
}

/** All images of a host whose containers are not known. */
export function imagesWithoutUse(images: HostRows['images']): readonly UsedImage[] {
  return localImageRows(images).map((row) => ({ ...row, in_use: null, containers: null }));
}

/** Adds the rows of the ignore list that hide images. */
export function viewImages(
  images: readonly UsedImage[],
  ignoreList: IgnoreList,
): readonly ViewImage[] {
  return images.map((image) => ({ ...image, ignored_by: ignoreList.rowThatHides(image) }));
}

/** The images that the filters keep. */
export function keptImages(
  images: readonly ViewImage[],
  { in_use, pinned, ignored }: ViewImagesQuery,
): readonly ViewImage[] {
  return images.filter(
    (image) =>
      (ignored === 'true' || (image.ignored_by === null) === (ignored === undefined)) &&
      (in_use === undefined || image.in_use === in_use) &&
      (pinned === undefined || image.pinned === pinned),
  );
}
