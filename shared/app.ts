/**
 * Turns endpoints into one web-standard app: routing, access, request ids, headers, the log line
 * and the one place where errors become answers. The router is this over all endpoints, a function
 * alone is this over its own.
 */
import { authorise, hostAllowed, readsAreOpen } from './access.ts';
import type { Endpoint, Services } from './endpoint.ts';
import { Exchange, requestIdOf } from './exchange.ts';
import type { LogLevel } from './log/logger.ts';
import { Problem } from './problem.ts';

const PROBLEM_TYPE = 'application/problem+json';
/** Characters of a caller's text that go into a log line. */
const MAX_TOLD = 200;

/** What a runtime or an adapter passes beside the request and its `env`. */
interface ExecutionContext {
  /** Keeps the runtime from ending work after the answer; absent: the process just goes on. */
  waitUntil(promise: Promise<unknown>): void;
  /** The request target as it stood on the wire, where a `Request` cannot hold it (Lambda). */
  readonly target: string;
}

/** An app: `fetch` is a valid entry of workerd, Deno, Bun and Lambda adapters, and of our Node server. */
export interface App {
  fetch(request: Request, env?: unknown, context?: unknown): Response | Promise<Response>;
}

/**
 * @param endpoints the route table; where two fit a request, the first one takes it
 * @param servicesOf finds the services of a request from the runtime's `env`
 * @param options `targetOf`: the request target as it stood on the wire, where the runtime folds
 *   dot segments before it makes a `Request` (Node)
 */
export function createApp(
  endpoints: readonly Endpoint[],
  servicesOf: (env: unknown) => Services,
  options: { readonly targetOf?: (env: unknown) => string | undefined } = {},
): App {
  const { targetOf } = options;
  const routes = endpoints.map(routeOf);
  return {
    fetch: (request, env, context) => {
      const { target, waitUntil } = (context ?? {}) as Partial<ExecutionContext>;
      const path = rawPath(target ?? targetOf?.(env) ?? request.url);
      let services: Services;
      try {
        services = servicesOf(env);
      } catch (err) {
        // Only a broken configuration throws outside of `answer`: there are no services to log with.
        return bareProblemAnswer(err, path, requestIdOf(request.headers));
      }
      const defer = (promise: Promise<unknown>) => waitUntil?.call(context, promise);
      const found = find(routes, request.method, path);
      const answered = answer(new Exchange(request, { services, ...found, path, env, defer }));
      return request.method === 'HEAD' ? answered.then(withoutBody) : answered;
    },
  };
}

/** Status and headers are those of GET (RFC 9110, 9.3.2). */
const withoutBody = (response: Response) => new Response(null, response);

/** The answer to a request for which no exchange can be made. */
export function bareProblemAnswer(err: unknown, path: string, requestId: string): Response {
  const problem = err instanceof Problem ? err : internalProblem(err);
  return new Response(JSON.stringify(problemDocument(problem, { path, requestId })), {
    status: problem.status,
    headers: {
      'Content-Type': PROBLEM_TYPE,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': requestId,
      ...problem.headers,
    },
  });
}

async function answer(exchange: Exchange): Promise<Response> {
  const startedAtMs = exchange.services.now();
  const response = await respond(exchange);
  writeLogLine(exchange, response.status, exchange.services.now() - startedAtMs);
  return response;
}

/** An exchange's answer without its log line: for a call that another request stands for. */
export async function respond(exchange: Exchange): Promise<Response> {
  try {
    await admit(exchange);
    return await exchange.endpoint.handle(exchange);
  } catch (err) {
    return problemAnswer(exchange, err);
  }
}

/** Checks host and token before anything of the request is acted on. */
async function admit(exchange: Exchange): Promise<void> {
  const { endpoint, request, services } = exchange;
  // A call that a webhook stands for was admitted with the webhook.
  if (exchange.identity !== null) return;
  const { app_config } = services.configuration;
  const local = exchange.connection?.local ?? false;
  if (
    !local &&
    endpoint.anyHost !== true &&
    app_config.allowed_hosts.length > 0 &&
    !hostAllowed(request.headers.get('host'), app_config.allowed_hosts)
  ) {
    throw new Problem(
      'forbidden',
      'This host name is not served here; add it to app_config.allowed_hosts.',
    );
  }
  const right = typeof endpoint.right === 'function' ? endpoint.right(exchange) : endpoint.right;
  if (right === 'open' || (right === 'read' && readsAreOpen(app_config))) return;
  const { name } = await authorise({ headers: request.headers, right, app_config, local });
  exchange.identity = name;
}

/** The only place that makes answers from errors. */
function problemAnswer(exchange: Exchange, err: unknown): Response {
  if (!(err instanceof Problem) && exchange.signal.aborted) {
    exchange.fields['aborted'] = true;
    // Nobody is there to read it; 499 is what the field logs for it.
    return new Response(null, { status: 499 });
  }
  const problem = err instanceof Problem ? err : internalProblem(err);
  exchange.fields['code'] = problem.code;
  exchange.fields['detail'] = problem.message;
  if (problem.extras['outcome'] !== undefined)
    exchange.fields['outcome'] = problem.extras['outcome'];
  if (problem.cause !== undefined) exchange.fields['err'] = problem.cause;
  return exchange.json(problemDocument(problem, exchange), {
    status: problem.status,
    type: PROBLEM_TYPE,
    headers: { 'Cache-Control': 'no-store', ...problem.headers },
  });
}

function internalProblem(cause: unknown): Problem {
  const detail = 'The service failed; its log tells why under this request_id.';
  return new Problem('internal', detail, { cause });
}

/** The problem document of RFC 9457. */
function problemDocument(
  problem: Problem,
  request: { readonly path: string; readonly requestId: string },
): Record<string, unknown> {
  return {
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance: request.path,
    code: problem.code,
    request_id: request.requestId,
    ...problem.extras,
  };
}

function writeLogLine(exchange: Exchange, status: number, ms: number): void {
  const { endpoint, services } = exchange;
  if (endpoint.name === 'health' && status < 400) return;
  const level = levelOf(exchange, status);
  if (!services.logger.enabled(level)) return;
  services.logger.log(level, `${exchange.request.method} ${endpoint.path}`, {
    request_id: exchange.requestId,
    route: endpoint.path,
    status,
    ms: Math.max(0, Math.round(ms)), // the clock may have been set back
    upstream_ms: Math.round(exchange.upstreamMs),
    peer: exchange.connection?.peer,
    forwarded: forwardedOf(exchange.request.headers),
    token: exchange.identity ?? undefined,
    // What a request was about, also when it was refused before its parameters were read.
    target: targetTold(exchange),
    ...exchange.fields,
  });
}

function levelOf(exchange: Exchange, status: number): LogLevel {
  if (exchange.fields['code'] === 'internal') return 'ERROR';
  if (status >= 500) return 'WARNING';
  return exchange.logLevel;
}

/** Path and query as sent. */
function targetTold({ path, request }: Exchange): string {
  const query = request.url.indexOf('?');
  return (query === -1 ? path : path + request.url.slice(query)).slice(0, MAX_TOLD);
}

/** What forwarding headers claim: told, never believed. */
function forwardedOf(headers: Headers): string | undefined {
  const claimed = headers.get('forwarded') ?? headers.get('x-forwarded-for');
  return claimed === null ? undefined : claimed.slice(0, MAX_TOLD);
}

type Found = { readonly endpoint: Endpoint; readonly segments: readonly string[] };
type Route = (path: string) => Found | null;

/** Endpoints that share a prefix are told apart by the number of segments and the method. */
function routeOf(endpoint: Endpoint): Route {
  const [prefix = '', ...parameters] = endpoint.path.split('{');
  const nested = endpoint.path.includes('{repository}');
  return (path) => {
    if (parameters.length === 0) return path === prefix ? { endpoint, segments: [] } : null;
    if (!path.startsWith(prefix)) return null;
    const segments = path.slice(prefix.length).split('/');
    const surplus = segments.length - parameters.length;
    return surplus === 0 || (nested && surplus > 0) ? { endpoint, segments } : null;
  };
}

function find(routes: readonly Route[], method: string, path: string): Found {
  const asked = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<Endpoint['method']>();
  for (const route of routes) {
    const found = route(path);
    if (found?.endpoint.method === asked) return found;
    if (found !== null) allowed.add(found.endpoint.method);
  }
  return { endpoint: refusal(allowed), segments: [] };
}

/** The stand-in endpoint of a request that no endpoint takes. */
function refusal(allowed: ReadonlySet<Endpoint['method']>): Endpoint {
  const allow = [...allowed].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return {
    name: 'none',
    method: 'GET',
    path: '(none)',
    right: 'open',
    handle: ({ request }) => {
      if (allow.length === 0) {
        throw new Problem('not_found', 'Nothing is served at this path; see /openapi.json.');
      }
      const list = allow.join(', ');
      throw new Problem('method_not_allowed', `This path takes ${list}, not ${request.method}.`, {
        headers: { Allow: list },
      });
    },
  };
}

/** The path as sent, from a URL or a request target: nothing is decoded before its grammar is checked. */
function rawPath(target: string): string {
  const start = target.startsWith('/') ? 0 : target.indexOf('/', target.indexOf('//') + 2);
  if (start === -1) return '/';
  const query = target.indexOf('?', start);
  return query === -1 ? target.slice(start) : target.slice(start, query);
}
