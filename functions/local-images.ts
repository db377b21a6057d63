/** GET /local-images: the images on this host, less the ignored ones. Upstream: the bridge. */
import * as z from 'zod/mini';
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { ignoreListOf } from '../shared/edge/edge-ignore-list.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { hostReading } from '../shared/host/host-reading.ts';
import {
  type LocalImage,
  localImageRows,
  localImageSchema,
} from '../shared/host/local-image-rows.ts';
import {
  arrange,
  cut,
  encodeList,
  listAnswer,
  listKind,
  readListOptions,
} from '../shared/list-answer.ts';

const kind = listKind<LocalImage>({
  sortable: ['repository', 'tag', 'image_id', 'size', 'id', 'digest', 'size_bytes', 'pinned'],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

export const localImages: Endpoint = {
  name: 'local-images',
  method: 'GET',
  path: '/local-images',
  right: 'read',
  query: kind.query,
  answer: z.array(localImageSchema),
  handle: async (exchange) => {
    const { memo } = exchange.services;
    const options = readListOptions(exchange.query, kind);
    const reading = await hostReading(exchange, 'images');
    const ignored = ignoreListOf(exchange.services);
    const headers = { Age: String(Math.floor(reading.ageMs / 1000)) };

    const makeRows = () => localImageRows(reading.rows, ignored);
    const all = memo === undefined ? makeRows() : memo(reading.rows, ignored, makeRows);
    if (memo !== undefined && options.slice === null && options.q === null) {
      // One body for each order; searches are anybody's texts, so nothing is kept of them.
      const order = JSON.stringify(options.sort);
      const makeBody = () => encodeList(exchange, arrange(all, options, kind));
      const body = await memo(all, order, makeBody);
      return listAnswer(exchange, body, { total: all.length, slice: null, headers });
    }
    const rows = arrange(all, options, kind);
    const body = await encodeList(exchange, cut(rows, options.slice));
    return listAnswer(exchange, body, { total: rows.length, slice: options.slice, headers });
  },
};

export const endpoints = [localImages];
export default edgeApp(endpoints, { bridge: edgeBridge });
