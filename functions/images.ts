/** GET /images: the old service's combined answer. Upstreams: the bridge and Harbor. */

import { localImageRows } from '../shared/domain/local-images/local-image-rows.ts';
import type { ImagesAnswer } from '../shared/domain/registry/images-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeIgnoreList } from '../shared/edge/edge-parts.ts';
import { edgeImages } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerDocument } from '../shared/http/lists/answer-document.ts';
import { hostHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { hostReading } from '../shared/ports/host-reading.ts';
import { Problem } from '../shared/values/problem.ts';

export const images = createFunction().get(
  '/images',
  may('read'),
  input({ header: hostHeaders }),
  async (c) => {
    const registry = c.get('services').registry.session(requestOf(c));
    const sources = [containerdImages(c), registry.listImages()] as const;
    const [containerd, harbor] = await c.get('log').upstream(Promise.allSettled(sources));
    // If the client disconnects, both sources fail, although neither is at fault.
    c.req.raw.signal.throwIfAborted();
    const combined: ImagesAnswer = {
      containerd_images: containerd.status === 'fulfilled' ? containerd.value : [],
      harbor_images: harbor.status === 'fulfilled' ? harbor.value.rows : [],
      errors: [
        ...failuresOf(c, 'containerd', containerd),
        ...failuresOf(c, 'harbor', harbor),
        ...(harbor.status === 'fulfilled' ? harbor.value.errors : []),
      ],
    };
    if (containerd.status === 'rejected' && harbor.status === 'rejected') {
      const said = combined.errors.map(({ error }) => error).join(' ');
      throw new Problem('no_source', `Neither containerd nor Harbor answered. ${said}`, {
        extras: combined,
      });
    }
    return answerDocument(c, combined);
  },
);

/** The local rows in the old service's format: sizes are strings, `""` when unknown. */
async function containerdImages(c: FunctionContext) {
  const { rows } = await hostReading(c.get('services'), requestOf(c), 'images');
  return localImageRows(rows, c.get('services').ignoreList()).map((row) => ({
    repository: row.repository,
    tag: row.tag,
    image_id: row.image_id,
    size: row.size ?? '',
  }));
}

/** A failure of one source does not hide the answer of the other. Unexpected errors are logged. */
function failuresOf(
  c: FunctionContext,
  source: 'containerd' | 'harbor',
  result: PromiseSettledResult<unknown>,
) {
  if (result.status === 'fulfilled') return [];
  const { reason } = result;
  if (reason instanceof Problem) return [{ source, error: `${reason.code}: ${reason.message}` }];
  Object.assign(c.get('log').fields, { code: 'internal', err: reason });
  return [{ source, error: 'internal: The service failed. Its log has the cause.' }];
}

export default edge(images, {
  registry: edgeImages,
  bridge: edgeBridge,
  ignoreList: edgeIgnoreList,
});
