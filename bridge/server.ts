/** The bridge as a server: five read-only routes for clients with its token. */
import type { Hono, MiddlewareHandler } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { answer } from '../shared/http/base/answer.ts';
import { answerMetrics } from '../shared/http/base/answer-metrics.ts';
import type { BaseEnv, Observers } from '../shared/http/base/base-env.ts';
import { exactApp } from '../shared/http/base/exact-app.ts';
import { answerThrown, requestIdOf, serveObserved } from '../shared/http/base/lifecycle.ts';
import { noRoute } from '../shared/http/base/no-route.ts';
import { bearerToken } from '../shared/http/base/request-headers.ts';
import { RequestLog } from '../shared/http/base/request-log.ts';
import type { Bridge, BridgeVersion } from '../shared/ports/bridge.ts';
import { BRIDGE_WIRE_VERSION } from '../shared/ports/bridge-bodies.ts';
import type { Logger } from '../shared/ports/logger.ts';
import { type BaseMetrics, noBaseMetrics } from '../shared/ports/metrics/base-metrics.ts';
import { readTraceContext } from '../shared/ports/tracing/trace-context.ts';
import { plainTracer, type Tracer } from '../shared/ports/tracing/tracer.ts';
import type { BridgeConfiguration } from '../shared/values/configuration/bridge-schema.ts';
import { Problem } from '../shared/values/problem.ts';
import { VERSION } from '../shared/values/version.ts';
import { readingAnswers } from './reading-answer.ts';

const THIS_VERSION: BridgeVersion = { version: VERSION, wire_version: BRIDGE_WIRE_VERSION };

/** Makes the app of a bridge process. Without `bridge_token` everyone who reaches it may read. */
export function createBridgeApp(options: {
  readonly bridge: Bridge;
  readonly configuration: Pick<BridgeConfiguration, 'app_config' | 'bridge_config'>;
  readonly logger: Logger;
  /** Default: none are kept. */
  readonly metrics?: BaseMetrics;
  /** Default: traces are only passed on. */
  readonly tracer?: Tracer;
}): Hono<BaseEnv> {
  const { bridge, configuration, logger, metrics = noBaseMetrics, tracer = plainTracer } = options;
  const { answerNode, answerReading } = readingAnswers(bridge);
  const app = exactApp<BaseEnv>();
  app.use(observed({ logger, metrics, tracer }));
  app.use(withToken(configuration.bridge_config.bridge_token));
  app.get('/v1/node', answerNode);
  app.get('/v1/images', (c) => answerReading(c, 'images'));
  app.get('/v1/containers', (c) => answerReading(c, 'containers'));
  app.get('/v1/version', (c) => answer(c, JSON.stringify(THIS_VERSION)));
  app.get('/metrics', (c) => answerMetrics(c, metrics));
  app.onError((err, c) => answerThrown(err, c));
  app.notFound((c) => answerThrown(noRoute(app, c, configuration.app_config.allowed_hosts), c));
  return app;
}

/** Gives a request its id, trace and log, and tells of its answer. */
function observed(observers: Observers & { readonly tracer: Tracer }): MiddlewareHandler<BaseEnv> {
  return async function observed(c, next) {
    const { method, path } = c.req;
    const { headers } = c.req.raw;
    c.set('requestId', requestIdOf(headers));
    c.set('trace', observers.tracer.request({ method, path }, readTraceContext(headers)));
    c.set('log', new RequestLog(method, () => performance.now()));
    await serveObserved(c, next, observers, answerThrown);
  };
}

function withToken(token: string | null): MiddlewareHandler<BaseEnv> {
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
