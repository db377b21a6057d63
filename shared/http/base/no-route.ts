/** The problem of a request that no route has. */
import type { Context, Hono } from 'hono';
import { Problem } from '../../values/problem.ts';
import type { BaseEnv } from './base-env.ts';
import { checkHostOf } from './request-headers.ts';

const METHODS = ['GET', 'POST', 'DELETE'];

/**
 * The problem of a request without a route: 405 if the path has other methods (RFC 9110, 15.5.6).
 * Not `hono/method-not-allowed`, because its TrieRouter does not match a path that continues after `{.+}`.
 * @param allowedHosts those of `allowed_hosts`
 */
export function noRoute<E extends BaseEnv>(
  app: Hono<E>,
  c: Context<E>,
  allowedHosts: readonly string[],
): unknown {
  try {
    checkHostOf(c, allowedHosts);
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
function hasRoute<E extends BaseEnv>(app: Hono<E>, method: string, path: string): boolean {
  const [found] = app.router.match(method, path);
  return found.some(([[, route]]) => route.method === method);
}
