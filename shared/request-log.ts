/** The one log line of a request: what its handler adds to it, and how it is written. */
import { routePath } from 'hono/route';
import { Connection } from './connection.ts';
import type { FunctionContext } from './function.ts';
import type { LogLevel } from './log/logger.ts';

/** Characters of a caller's text that go into a log line. */
const MAX_SHOWN = 200;
/** Probes come every few seconds: a good one is worth no line. */
const PROBES = ['/livez', '/readyz'];

/** Lives as long as its request. */
export class RequestLog {
  /** Fields that a handler adds to the line. */
  readonly fields: Record<string, unknown> = {};
  /** Level of the line; the answer's status can raise it. */
  level: LogLevel;
  /** Milliseconds spent waiting for Harbor, the bridge and other functions. */
  upstreamMs = 0;
  readonly #monotonic: () => number;
  readonly #startedAtMs: number;
  #waits = 0;
  #waitingSinceMs = 0;

  constructor(method: string, monotonic: () => number) {
    this.level = method === 'DELETE' ? 'WARNING' : 'INFO';
    this.#monotonic = monotonic;
    this.#startedAtMs = monotonic();
  }

  /** Measures a wait for an upstream. The time of waits that overlap counts once. */
  async upstream<T>(wait: Promise<T>): Promise<T> {
    if (this.#waits === 0) this.#waitingSinceMs = this.#monotonic();
    this.#waits += 1;
    try {
      return await wait;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.upstreamMs += this.#monotonic() - this.#waitingSinceMs;
    }
  }

  /** Writes the line of an answered request. */
  write(c: FunctionContext): void {
    const { status } = c.res;
    const route = routeOf(c);
    const { logger } = c.get('services');
    const level = this.#levelOf(status);
    if ((PROBES.includes(route) && status < 400) || !logger.enabled(level)) return;
    const connection = c.env instanceof Connection ? c.env : null;
    logger.log(level, `${c.req.method} ${route}`, {
      request_id: c.get('requestId'),
      route,
      status,
      ms: Math.round(this.#monotonic() - this.#startedAtMs),
      upstream_ms: Math.round(this.upstreamMs),
      peer: connection?.isLocal ? 'local_socket' : connection?.peer,
      forwarded: forwardedOf(c.req.raw.headers),
      token: c.get('caller')?.name ?? undefined,
      // What a request was about, even when it was refused before its parameters were read.
      target: targetOf(c),
      ...this.fields,
    });
  }

  #levelOf(status: number): LogLevel {
    if (this.fields['code'] === 'internal') return 'ERROR';
    return status >= 500 ? 'WARNING' : this.level;
  }
}

/** The template of the route that answered, as OpenAPI writes it. */
function routeOf(c: FunctionContext): string {
  const path = routePath(c);
  return path.endsWith('*') ? '(none)' : pathTemplate(path);
}

/** Hono's `/:project/:repository{.+}` as OpenAPI's `/{project}/{repository}`. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}

/** Path and query as sent. */
function targetOf(c: FunctionContext): string {
  const query = c.req.url.indexOf('?');
  return (query === -1 ? c.req.path : c.req.path + c.req.url.slice(query)).slice(0, MAX_SHOWN);
}

/** What forwarding headers claim. It is logged and never believed. */
function forwardedOf(headers: Headers): string | undefined {
  const claimed = headers.get('forwarded') ?? headers.get('x-forwarded-for');
  return claimed === null ? undefined : claimed.slice(0, MAX_SHOWN);
}
