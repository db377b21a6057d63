/** GET /images: the old service's combined answer. Upstreams: the bridge and Harbor. */
import * as z from 'zod/mini';
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { ignoreListOf } from '../shared/edge/edge-ignore-list.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import type { Exchange } from '../shared/exchange.ts';
import { crawl } from '../shared/harbor/crawl.ts';
import { harborSession } from '../shared/harbor-rows.ts';
import { hostReading } from '../shared/host/host-reading.ts';
import { localImageRows } from '../shared/host/local-image-rows.ts';
import { Problem } from '../shared/problem.ts';

const sourceErrorSchema = z.object({
  source: z.enum(['containerd', 'harbor']),
  error: z.string(),
});

const answerSchema = z.object({
  containerd_images: z.array(
    z.object({ repository: z.string(), tag: z.string(), image_id: z.string(), size: z.string() }),
  ),
  harbor_images: z.array(
    z.object({
      repository: z.string(),
      tag: z.string(),
      digest: z.string(),
      size: z.string(),
      project: z.string(),
    }),
  ),
  errors: z.array(sourceErrorSchema),
});

export const images: Endpoint = {
  name: 'images',
  method: 'GET',
  path: '/images',
  right: 'read',
  answer: answerSchema,
  handle: async (exchange) => {
    const [containerd, harbor] = await exchange.upstream(
      Promise.allSettled([containerdImages(exchange), crawl(harborSession(exchange))]),
    );
    // To one who has left, both sources have failed in the same way, which is no failure of theirs.
    exchange.signal.throwIfAborted();
    const errors: z.infer<typeof sourceErrorSchema>[] = [];
    if (containerd.status === 'rejected') {
      errors.push({ source: 'containerd', error: explain(exchange, containerd.reason) });
    }
    if (harbor.status === 'rejected') {
      errors.push({ source: 'harbor', error: explain(exchange, harbor.reason) });
    } else errors.push(...harbor.value.errors);
    const answer: z.infer<typeof answerSchema> = {
      containerd_images: containerd.status === 'fulfilled' ? containerd.value : [],
      harbor_images: harbor.status === 'fulfilled' ? harbor.value.rows : [],
      errors,
    };
    if (containerd.status === 'rejected' && harbor.status === 'rejected') {
      throw new Problem(
        'no_source',
        `Neither containerd nor Harbor answered. ${errors.map(({ error }) => error).join(' ')}`,
        { extras: answer },
      );
    }
    return exchange.json(answer);
  },
};

/** The local rows as the old service had them: sizes are strings, `""` when unknown. */
async function containerdImages(exchange: Exchange) {
  const reading = await hostReading(exchange, 'images');
  return localImageRows(reading.rows, ignoreListOf(exchange.services)).map((row) => ({
    repository: row.repository,
    tag: row.tag,
    image_id: row.image_id,
    size: row.size ?? '',
  }));
}

/** One source's failure must not hide the other's answer; what is no Problem is also logged. */
function explain(exchange: Exchange, reason: unknown): string {
  if (reason instanceof Problem) return `${reason.code}: ${reason.message}`;
  Object.assign(exchange.fields, { code: 'internal', err: reason });
  return 'internal: The service failed; its log tells why.';
}

export const endpoints = [images];
export default edgeApp(endpoints, { bridge: edgeBridge });
