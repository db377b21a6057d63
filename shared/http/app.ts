/**
 * Makes a function, or the router, ready to serve: adds request ids, the log line, and answers to errors
 * and unknown paths. The result is a Hono app, and so a valid entry point of workerd, Deno, Bun and Node.
 */
import type { Hono } from 'hono';
import { requestIdOf, serveObserved } from './base/lifecycle.ts';
import { routeOf } from './base/log-line.ts';
import { noRoute } from './base/no-route.ts';
import { RequestLog } from './base/request-log.ts';
import {
  createFunction,
  type FunctionContext,
  type FunctionEnv,
  type FunctionMiddleware,
} from './function.ts';
import type { Services } from './function-services.ts';
import { answerError } from './json-answer.ts';
import { RequestTrace } from './request-trace.ts';
import type { AnyFunction } from './routes.ts';

/** @param servicesOf finds the services of a request from what the runtime passes as `env` */
export function createApp(
  fn: AnyFunction,
  servicesOf: (env: unknown) => Services,
): Hono<FunctionEnv> {
  const app = createFunction();
  app.use(requestLifecycle(servicesOf));
  app.route('/', fn as Hono<FunctionEnv>);
  app.onError(answerError);
  app.notFound((c) => answerError(noRouteProblem(app, c), c));
  return app;
}

/** Gives a request its id, services, trace and log, and tells of its answer. */
function requestLifecycle(servicesOf: (env: unknown) => Services): FunctionMiddleware {
  return async function requestLifecycle(c, next) {
    c.set('requestId', requestIdOf(c.req.raw.headers));
    const services = servicesOf(c.env);
    const { method, path } = c.req;
    const { headers } = c.req.raw;
    const trace = new RequestTrace({ method, path, headers }, services);
    c.set('services', services);
    c.set('trace', trace);
    c.set('log', new RequestLog(method, services.monotonic));
    await serveObserved(c, next, services, answerError);
    const { harborCalls: calls, harborPages: pages } = trace;
    if (calls > 0) services.metrics.upstreams.harborUsed({ route: routeOf(c), calls, pages });
  };
}

/** The problem of a request without a route. */
export function noRouteProblem(app: Hono<FunctionEnv>, c: FunctionContext): unknown {
  return noRoute(app, c, c.get('services').configuration.app_config.allowed_hosts);
}
