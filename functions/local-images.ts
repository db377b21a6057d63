/** GET /local-images: the images on this host, without the ignored ones. Upstream: the bridge. */

import type { LocalImage } from '../shared/domain/local-images/local-image.ts';
import { findLocalImages, localImageList } from '../shared/domain/local-images/local-image-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-parts.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { encodeList, type ListBody, listAnswer } from '../shared/http/lists/list-answer.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import type { Configuration } from '../shared/values/configuration/configuration.ts';
import { filterAndSort, listOptions, sliceRows } from '../shared/values/list.ts';
import type { GiveWay } from '../shared/values/waiting/give-way.ts';

export const localImages = createFunction().get(
  '/local-images',
  may('read'),
  input({ query: localImageList.query, header: readingListHeaders }),
  async (c) => {
    const { memo, configuration, giveWay } = c.get('services');
    const options = listOptions(c.req.valid('query'));
    const { images, ageMs } = await findLocalImages(c.get('services'), requestOf(c));
    const headers = { Age: String(Math.floor(ageMs / 1000)) };
    const { slice, q, sort } = options;
    if (slice === null && q === null) {
      // There are few orders, so the body of each is kept. A search can be any text, so it is not.
      const body = await memo(
        bodyInOrder,
        images,
        configuration,
        giveWay,
        sort?.field,
        sort?.descending,
      );
      return listAnswer(c, body, { total: images.length, slice, headers });
    }
    const found = filterAndSort(images, options, localImageList);
    const body = await encodeList(sliceRows(found, slice), configuration, giveWay);
    return listAnswer(c, body, { total: found.length, slice, headers });
  },
);

function bodyInOrder(
  images: readonly LocalImage[],
  configuration: Configuration,
  giveWay: GiveWay,
  field: string | undefined,
  descending = false,
): Promise<ListBody> {
  const sort = field === undefined ? null : { field, descending };
  const ordered = filterAndSort(images, { q: null, sort, slice: null }, localImageList);
  return encodeList(ordered, configuration, giveWay);
}

export default edge(localImages, { bridge: edgeBridge, ignoreList: edgeIgnoreList });
