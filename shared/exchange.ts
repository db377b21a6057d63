/** One request on its way to its answer: what a handler reads from and answers with. */
import type { Connection, Endpoint, Services } from './endpoint.ts';
import type { LogLevel } from './log/logger.ts';
import { parseQuery } from './query.ts';

/** Options of an answer beside its body. */
export interface AnswerOptions {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const VALID_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Lives as long as its request: nothing of it may be kept for another one. */
export class Exchange {
  readonly request: Request;
  readonly services: Services;
  readonly endpoint: Endpoint;
  readonly requestId: string;
  /** Raw path, as sent (dot segments were refused or folded before). */
  readonly path: string;
  /** Raw, still encoded segments that stand for the path template's parameters. */
  readonly segments: readonly string[];
  /** Who was admitted: the name of the token, or `webhook`; null when no token was needed. */
  identity: string | null = null;
  /** Fields that the handler adds to the request's log line. */
  readonly fields: Record<string, unknown> = {};
  /** Level of the request's log line; the answer's status can raise it. */
  logLevel: LogLevel;
  /** Milliseconds spent waiting for Harbor and the bridge. */
  upstreamMs = 0;

  readonly #env: unknown;
  readonly #defer: (promise: Promise<unknown>) => void;
  #query: URLSearchParams | null = null;
  #waits = 0;
  #waitingSinceMs = 0;
  #connection: Connection | null | undefined;

  constructor(
    request: Request,
    options: {
      readonly services: Services;
      readonly endpoint: Endpoint;
      readonly path: string;
      readonly segments: readonly string[];
      readonly env: unknown;
      readonly defer: (promise: Promise<unknown>) => void;
    },
  ) {
    this.request = request;
    this.services = options.services;
    this.endpoint = options.endpoint;
    this.logLevel = options.endpoint.method === 'DELETE' ? 'WARNING' : 'INFO';
    this.path = options.path;
    this.segments = options.segments;
    this.requestId = requestIdOf(request.headers);
    this.#env = options.env;
    this.#defer = options.defer;
  }

  /** Aborts when the client goes away. Asked for late: making it costs on Node. */
  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** The decoded query. Broken escapes are 422. */
  get query(): URLSearchParams {
    this.#query ??= parseQuery(this.request.url);
    return this.#query;
  }

  /** The connection that brought the request; null where the runtime does not tell. */
  get connection(): Connection | null {
    if (this.#connection === undefined) {
      this.#connection = this.services.connection?.(this.#env) ?? null;
    }
    return this.#connection;
  }

  /** Lets work go on after the answer, as far as the platform can. */
  defer(promise: Promise<unknown>): void {
    this.#defer(promise);
  }

  /**
   * A call that this request stands for (a webhook): same services, request id and connection.
   * @param call `identity` has settled access
   */
  callOf(
    request: Request,
    call: Pick<Exchange, 'endpoint' | 'path' | 'segments'> & { readonly identity: string },
  ): Exchange {
    const { services } = this;
    const inner = new Exchange(request, { services, ...call, env: this.#env, defer: this.#defer });
    inner.identity = call.identity;
    return inner;
  }

  /** Measures a wait for an upstream for the request's log line; of waits that overlap the time counts once. */
  async upstream<T>(wait: Promise<T>): Promise<T> {
    if (this.#waits === 0) this.#waitingSinceMs = this.services.now();
    this.#waits += 1;
    try {
      return await wait;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.upstreamMs += this.services.now() - this.#waitingSinceMs;
    }
  }

  /** An answer with the headers that every answer carries. */
  answer(body: string | Uint8Array<ArrayBuffer> | null, options: AnswerOptions = {}): Response {
    const headers: Record<string, string> = {
      'X-Request-Id': this.requestId,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': this.endpoint.method === 'GET' ? 'private, no-cache' : 'no-store',
    };
    if (this.endpoint.method === 'GET') headers['Vary'] = 'Authorization';
    if (body !== null) headers['Content-Type'] = options.type ?? 'application/json';
    return new Response(body, {
      status: options.status ?? 200,
      headers: options.headers === undefined ? headers : Object.assign(headers, options.headers),
    });
  }

  /** `value` as JSON, indented or compact as configured. */
  json(value: unknown, options: AnswerOptions = {}): Response {
    return this.answer(this.stringify(value), options);
  }

  /** JSON text in the configured layout. */
  stringify(value: unknown): string {
    return this.services.configuration.app_config.jsonify_prettyprint_regular
      ? `${JSON.stringify(value, null, 2)}\n`
      : JSON.stringify(value);
  }
}

/** The caller's request id when it is one, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && VALID_REQUEST_ID.test(given) ? given : crypto.randomUUID();
}
