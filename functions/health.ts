/** GET /livez and /readyz: the process is alive; it is able to serve. Upstreams: bridge, Harbor. */
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { checkSources, readinessSchema } from '../shared/readiness.ts';

export const livez: Endpoint = {
  name: 'health',
  method: 'GET',
  path: '/livez',
  right: 'open',
  anyHost: true,
  handle: (exchange) => exchange.answer('ok\n', { type: 'text/plain; charset=utf-8' }),
};

export const readyz: Endpoint = {
  name: 'health',
  method: 'GET',
  path: '/readyz',
  answer: readinessSchema,
  right: ({ query }) => (query.has('verbose') ? 'read' : 'open'),
  anyHost: true,
  handle: async (exchange) => {
    const { services } = exchange;
    const readiness = services.readiness?.() ?? (await checkSources(services, exchange.signal));
    const { status } = readiness;
    exchange.fields['readiness'] = status;
    const options = { status: status === 'ok' || status === 'degraded' ? 200 : 503 };
    return exchange.query.has('verbose')
      ? exchange.json(readiness, options)
      : exchange.answer(`${status}\n`, { ...options, type: 'text/plain; charset=utf-8' });
  },
};

export const endpoints = [livez, readyz];
export default edgeApp(endpoints, { bridge: edgeBridge });
