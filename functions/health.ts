/** GET /livez and /readyz: whether the process is alive, and whether it can serve. Upstreams: the bridge and Harbor. */
import * as z from 'zod/mini';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeReadiness } from '../shared/edge/edge-readiness.ts';
import { edgeCredentials } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { answer } from '../shared/http/base/answer.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { json } from '../shared/http/json-answer.ts';
import { searchParams } from '../shared/http/query.ts';

const TEXT = 'text/plain; charset=utf-8';

export const health = createFunction()
  .get('/livez', may('open', { forProbes: true }), (c) => answer(c, 'ok\n', { type: TEXT }))
  .get(
    '/readyz',
    may((c) => (asksForChecks(c) ? 'read' : 'open'), { forProbes: true }),
    input({ query: z.object({ verbose: z.optional(z.union([z.boolean(), z.string()])) }) }),
    async (c) => {
      const readiness = await c.get('services').readiness(c.req.raw.signal);
      const { status } = readiness;
      c.get('log').fields['readiness'] = status;
      const options = {
        status: status === 'ok' || status === 'degraded' ? 200 : 503,
        headers: { Vary: 'Authorization, Accept' },
      };
      return asksForChecks(c)
        ? json(c, readiness, options)
        : answer(c, `${status}\n`, { ...options, type: TEXT });
    },
  );

/**
 * Reads the query itself, because access is decided before the input is validated, and both must agree.
 * `?verbose` needs no value; generated clients send `true` or `false`. A client that accepts JSON among other
 * types gets the text, because only the text is open to everyone and many clients send such a header.
 */
function asksForChecks(c: FunctionContext): boolean {
  const verbose = searchParams(c).get('verbose') ?? 'false';
  const acceptsJsonAlone = /^\s*application\/json\s*(?:;[^,]*)?$/i.test(
    c.req.header('Accept') ?? '',
  );
  return verbose !== 'false' || acceptsJsonAlone;
}

export default edge(health, {
  registry: edgeCredentials,
  bridge: edgeBridge,
  readiness: edgeReadiness,
});
