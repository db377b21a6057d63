/** The one log line of a request, and its metrics. */
import { routePath } from 'hono/route';
import type { LogLevel } from '../log/logger.ts';
import { peerOf } from './connection.ts';
import { type FunctionContext, rawQuery } from './function.ts';
import type { RequestLog } from './request-log.ts';
import { pathTemplate } from './routes.ts';

/** How many characters of a client's text are logged. */
const MAX_SHOWN = 200;

/** Counts an answered request, and writes its line. */
export function recordAnswer(c: FunctionContext): void {
  const { status } = c.res;
  const { logger, metrics } = c.get('services');
  const log = c.get('log');
  const route = routeOf(c);
  metrics.requestAnswered({ route, method: c.req.method, status, ms: log.elapsedMs() });
  const level = levelOf(log, status);
  if ((log.isProbe && status < 400) || !logger.enabled(level)) return;
  logger.log(level, `${c.req.method} ${route}`, {
    request_id: c.get('requestId'),
    route,
    status,
    ms: Math.round(log.elapsedMs()),
    upstream_ms: Math.round(log.upstreamMs),
    peer: peerOf(c),
    forwarded: forwardedOf(c.req.raw.headers),
    token: c.get('caller')?.name,
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
function routeOf(c: FunctionContext): string {
  const path = routePath(c);
  return path.endsWith('*') ? '(none)' : pathTemplate(path);
}

/** Path and query as sent. */
function targetOf(c: FunctionContext): string {
  return (c.req.path + rawQuery(c)).slice(0, MAX_SHOWN);
}

/** What forwarding headers claim. It is only logged, because clients can send anything. */
function forwardedOf(headers: Headers): string | undefined {
  const claimed = headers.get('forwarded') ?? headers.get('x-forwarded-for');
  return claimed === null ? undefined : claimed.slice(0, MAX_SHOWN);
}
