/**
 * Makes a function, or the router, ready to serve: adds request ids, the log line, and answers to errors
 * and unknown paths. The result is a Hono app, and so a valid entry point of workerd, Deno, Bun and Node.
 */
import type { Hono } from 'hono';
import { Problem } from '../values/problem.ts';
import { checkHost } from './access.ts';
import { answerError } from './answer.ts';
import {
  createFunction,
  type FunctionContext,
  type FunctionEnv,
  type FunctionMiddleware,
} from './function.ts';
import type { Services } from './function-services.ts';
import { recordAnswer } from './log-line.ts';
import { RequestLog } from './request-log.ts';
import { RequestTrace } from './request-trace.ts';
import type { AnyFunction } from './routes.ts';

const VALID_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const METHODS = ['GET', 'POST', 'DELETE'];

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

/** Gives a request its id, services, trace and log, and writes its log line after the answer. */
function requestLifecycle(servicesOf: (env: unknown) => Services): FunctionMiddleware {
  return async function requestLifecycle(c, next) {
    c.set('requestId', requestIdOf(c.req.raw.headers));
    const services = servicesOf(c.env);
    const { method, path } = c.req;
    const { headers } = c.req.raw;
    c.set('services', services);
    c.set('trace', new RequestTrace({ method, path, headers }, services));
    c.set('log', new RequestLog(method, services.monotonic));
    services.metrics.requestBegan();
    try {
      await next();
    } catch (thrown) {
      // Hono calls onError only for Errors, but a signal may be aborted with any value.
      c.res = answerError(thrown, c);
    }
    recordAnswer(c);
  };
}

/** The caller's request id if it is valid, otherwise a new one (`hono/request-id` refuses dots). */
function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && VALID_REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/**
 * The problem of a request without a route: 405 if the path has other methods (RFC 9110, 15.5.6).
 * Not `hono/method-not-allowed`, because its TrieRouter does not match a path that continues after `{.+}`.
 */
export function noRouteProblem(app: Hono<FunctionEnv>, c: FunctionContext): unknown {
  try {
    checkHost(c);
  } catch (problem) {
    return problem;
  }
  const allow = METHODS.filter((method) => hasRoute(app, method, c.req.path)).flatMap((method) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  );
  if (allow.length === 0) {
    return unknownPath();
  }
  const list = allow.join(', ');
  return new Problem('method_not_allowed', `The path supports ${list}, but not ${c.req.method}.`, {
    headers: { Allow: list },
  });
}

/** The problem of a path that no route has. */
export function unknownPath(): Problem {
  return new Problem('not_found', 'This process does not serve the path.');
}

/** Tells whether there is a route for `method` itself; middleware is registered for all methods. */
function hasRoute(app: Hono<FunctionEnv>, method: string, path: string): boolean {
  const [found] = app.router.match(method, path);
  return found.some(([[, route]]) => route.method === method);
}
