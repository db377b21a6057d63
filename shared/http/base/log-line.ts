/** The one log line of a request, its metrics, and the end of its span. */

import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { LogLevel } from '../../values/log-level.ts';
import type { BaseEnv, Observers } from './base-env.ts';
import { peerOf, rawQuery } from './connection.ts';
import { pathTemplate } from './path-template.ts';
import type { RequestLog } from './request-log.ts';

/** How many characters of a client's text are logged. */
const MAX_SHOWN = 200;
/** The route of a path that no route has. */
const NO_ROUTE = '(none)';

/** Counts an answered request, ends its span, and writes its line. */
export function recordAnswer<E extends BaseEnv>(
  c: Context<E>,
  { logger, metrics }: Observers,
): void {
  const { status } = c.res;
  const log = c.get('log');
  const trace = c.get('trace');
  const requestId = c.get('requestId');
  const route = routeOf(c);
  const code = log.fields['code'];
  metrics.requestAnswered({ route, method: c.req.method, status, ms: log.elapsedMs() });
  trace.end({
    route: route === NO_ROUTE ? null : route,
    status,
    code: typeof code === 'string' ? code : undefined,
    requestId,
  });
  const level = levelOf(log, status);
  const isKept = log.level === 'WARNING';
  if ((log.isProbe && status < 400) || !(isKept || logger.enabled(level))) return;
  logger[isKept ? 'always' : 'log'](level, `${c.req.method} ${route}`, {
    request_id: requestId,
    trace_id: trace.context.traceId,
    span_id: trace.context.spanId,
    route,
    status,
    ms: Math.round(log.elapsedMs()),
    upstream_ms: Math.round(log.upstreamMs),
    peer: peerOf(c),
    forwarded: forwardedOf(c.req.raw.headers),
    token: c.get('actor')?.name,
    // Shows what was requested, even if the request was refused before its parameters were read.
    target: targetOf(c),
    ...log.fields,
  });
}

function levelOf(log: RequestLog, status: number): LogLevel {
  if (log.fields['code'] === 'internal') return 'ERROR';
  return status >= 500 ? 'WARNING' : log.level;
}

/** The template of the route that answered, as OpenAPI writes it. */
export function routeOf(c: Context): string {
  const path = routePath(c);
  return path.endsWith('*') ? NO_ROUTE : pathTemplate(path);
}

/** Path and query as sent. */
function targetOf(c: Context): string {
  return (c.req.path + rawQuery(c)).slice(0, MAX_SHOWN);
}

/** Reads the claim of forwarding headers. It is only logged, because clients can send anything. */
function forwardedOf(headers: Headers): string | undefined {
  const claimed = headers.get('forwarded') ?? headers.get('x-forwarded-for');
  return claimed === null ? undefined : claimed.slice(0, MAX_SHOWN);
}
