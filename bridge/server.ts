/** The bridge as a server: five read-only routes for clients with its token. */
import { timingSafeEqual } from 'hono/utils/buffer';
import { bearerToken } from '../shared/http/access.ts';
import { json } from '../shared/http/answer.ts';
import { answerMetrics } from '../shared/http/answer-metrics.ts';
import { createApp } from '../shared/http/app.ts';
import { createFunction, type FunctionMiddleware } from '../shared/http/function.ts';
import { trivialServices } from '../shared/http/trivial-services.ts';
import { createMemo } from '../shared/node/sharing/memo.ts';
import type { Bridge, BridgeVersion } from '../shared/ports/bridge.ts';
import { BRIDGE_WIRE_VERSION } from '../shared/ports/bridge-bodies.ts';
import type { Logger } from '../shared/ports/logger.ts';
import { type Metrics, noMetrics } from '../shared/ports/metrics/metrics.ts';
import { plainTracer, type Tracer } from '../shared/ports/tracing/tracer.ts';
import type { Configuration } from '../shared/values/configuration/configuration.ts';
import { Problem } from '../shared/values/problem.ts';
import { VERSION } from '../shared/values/version.ts';
import { answerNode, answerReading } from './reading-answer.ts';

/** Makes the app of a bridge process. Without `bridge_token` everyone who reaches it may read. */
export function createBridgeApp(options: {
  readonly bridge: Bridge;
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Default: none are kept. */
  readonly metrics?: Metrics;
  /** Default: traces are only passed on. */
  readonly tracer?: Tracer;
}) {
  const { bridge, configuration, logger, metrics = noMetrics, tracer = plainTracer } = options;
  const { bridge_token } = configuration.bridge_config;
  const services = {
    ...trivialServices(compact(configuration), logger),
    bridge,
    metrics,
    tracer,
    memo: createMemo(),
  };
  const routes = createFunction()
    .use(withToken(bridge_token))
    .get('/v1/node', answerNode)
    .get('/v1/images', (c) => answerReading(c, 'images'))
    .get('/v1/containers', (c) => answerReading(c, 'containers'))
    .get('/v1/version', (c) => json(c, THIS_VERSION))
    .get('/metrics', answerMetrics);
  return createApp(routes, () => services);
}

/** The bridge answers programs: its JSON has no indentation. */
function compact(configuration: Configuration): Configuration {
  const app_config = { ...configuration.app_config, jsonify_prettyprint_regular: false };
  return { ...configuration, app_config };
}

const THIS_VERSION: BridgeVersion = { version: VERSION, wire_version: BRIDGE_WIRE_VERSION };

function withToken(token: string | null): FunctionMiddleware {
  return async function withToken(c, next) {
    if (token !== null && !(await timingSafeEqual(bearerToken(c.req.raw.headers) ?? '', token))) {
      throw new Problem(
        'unauthorized',
        'The bridge needs the header "Authorization: Bearer TOKEN" with bridge_config.bridge_token.',
        { headers: { 'WWW-Authenticate': 'Bearer' } },
      );
    }
    await next();
  };
}
