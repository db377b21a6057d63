/** GET /livez and /readyz: whether the process is alive, and whether it can serve. Upstreams: the bridge and Harbor. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeReadiness } from '../shared/edge/edge-readiness.ts';
import { may } from '../shared/http/access.ts';
import { answer, json } from '../shared/http/answer.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { input, searchParams } from '../shared/http/input.ts';

const TEXT = 'text/plain; charset=utf-8';

/** Probes know only an address, so both accept any `Host`. */
export const health = createFunction()
  .get('/livez', may('open', { anyHost: true }), (c) => answer(c, 'ok\n', { type: TEXT }))
  .get(
    '/readyz',
    may((c) => (isVerbose(c) ? 'read' : 'open'), { anyHost: true }),
    input({ query: z.object({ verbose: z.optional(z.union([z.string(), z.boolean()])) }) }),
    async (c) => {
      const readiness = await c.get('services').readiness(c.req.raw.signal);
      const { status } = readiness;
      c.get('log').fields['readiness'] = status;
      const options = { status: status === 'ok' || status === 'degraded' ? 200 : 503 };
      return isVerbose(c)
        ? json(c, readiness, options)
        : answer(c, `${status}\n`, { ...options, type: TEXT });
    },
  );

/** With any value, or none: `?verbose`. */
function isVerbose(c: FunctionContext): boolean {
  return searchParams(c).has('verbose');
}

export default edge(health, {
  harbor: edgeHarbor,
  bridge: edgeBridge,
  readiness: edgeReadiness,
});
