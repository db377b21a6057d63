/** GET /local-images: the images on this host, without the ignored ones. Upstream: the bridge. */

import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-ignore-list.ts';
import { hostReading, readingListHeaders, wantsFresh } from '../shared/host/host-reading.ts';
import type { LocalImage } from '../shared/host/local-image.ts';
import { localImageRows } from '../shared/host/local-image-rows.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import {
  defineList,
  encodeList,
  filterAndSort,
  listAnswer,
  listOptions,
  sliceRows,
} from '../shared/http/list-answer.ts';

const rows = defineList<LocalImage>({
  sortable: ['repository', 'tag', 'image_id', 'size', 'id', 'digest', 'size_bytes', 'pinned'],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

export const localImages = createFunction().get(
  '/local-images',
  may('read'),
  input({ query: rows.query, header: readingListHeaders }),
  async (c) => {
    const { memo, ignoreList } = c.get('services');
    const options = listOptions(c.req.valid('query'));
    const reading = await hostReading(c, 'images', wantsFresh(c));
    const ignored = ignoreList();
    const all = memo(reading.rows, ignored, () => localImageRows(reading.rows, ignored));
    const inOrder = () => filterAndSort(all, options, rows);
    const headers = { Age: String(Math.floor(reading.ageMs / 1000)) };
    if (options.slice === null && options.q === null) {
      // There are few orders, so the body of each is kept. A search can be any text, so it is not.
      const body = await memo(all, JSON.stringify(options.sort), () => encodeList(c, inOrder()));
      return listAnswer(c, body, { total: all.length, slice: null, headers });
    }
    const found = inOrder();
    const body = await encodeList(c, sliceRows(found, options.slice));
    return listAnswer(c, body, { total: found.length, slice: options.slice, headers });
  },
);

export default edge(localImages, { bridge: edgeBridge, ignoreList: edgeIgnoreList });
