/** GET /local-images: the images on this host, without the ignored ones. Upstream: the bridge. */

import { findLocalImages, localImageList } from '../shared/domain/local-images/local-image-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { encodeList, listAnswer } from '../shared/http/lists/list-answer.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { filterAndSort, listOptions, sliceRows } from '../shared/values/list.ts';

export const localImages = createFunction().get(
  '/local-images',
  may('read'),
  input({ query: localImageList.query, header: readingListHeaders }),
  async (c) => {
    const { memo } = c.get('services');
    const options = listOptions(c.req.valid('query'));
    const { images, ageMs } = await findLocalImages(c.get('services'), requestOf(c));
    const inOrder = () => filterAndSort(images, options, localImageList);
    const headers = { Age: String(Math.floor(ageMs / 1000)) };
    if (options.slice === null && options.q === null) {
      // There are few orders, so the body of each is kept. A search can be any text, so it is not.
      const body = await memo(images, JSON.stringify(options.sort), () => encodeList(c, inOrder()));
      return listAnswer(c, body, { total: images.length, slice: null, headers });
    }
    const found = inOrder();
    const body = await encodeList(c, sliceRows(found, options.slice));
    return listAnswer(c, body, { total: found.length, slice: options.slice, headers });
  },
);

export default edge(localImages, { bridge: edgeBridge, ignoreList: edgeIgnoreList });
