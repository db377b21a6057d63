/**
 * A router in front of functions that are deployed elsewhere (`function_urls`): the endpoints named
 * there are called where they are, with what a function needs of the request and no more (`hono/proxy`
 * passes on nearly all). Web standard.
 */
import { bodyLimit } from 'hono/body-limit';
import type { FunctionName } from '../configuration/configuration.ts';
import { BodyTooLarge, readText } from '../limited-body.ts';
import { invalidRequest, Problem, type ProblemCode } from '../problem.ts';
import { createFunction, type FunctionContext, type FunctionMiddleware } from './function.ts';
import { payloadTooLarge } from './input.ts';
import { type AnyFunction, declaredBy, type Route, routesOf } from './routes.ts';

/** How this router signs what it passes on (RFC 9110, 7.6.3). */
const VIA = '1.1 image-api';
const ONE_OF_US = /^\s*\S+\s+image-api(?:\s|\(|$)/i;

/** What a function reads: none of it hop-by-hop, a cookie or a claim about where the request came from. */
const TO_FUNCTION =
  /^(?:authorization|accept|cache-control|content-type|if-[a-z-]+|webhook-(?:id|timestamp|signature))$/;
/** What functions answer with; what their platforms add stays there. */
const FROM_FUNCTION =
  /^(?:content-type|cache-control|vary|etag|age|link|x-total-count|retry-after|allow|www-authenticate)$/;

/** Whether this very process is alive: no other one can answer that. */
const NEVER_PASSED_ON = '/livez';

/** As much as a webhook takes. */
const MAX_REQUEST_BYTES = 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * The function as a router serves it: when `function_urls` names where it is deployed, requests go
 * there once access and input were checked here.
 */
export function viaFunctionUrl(name: FunctionName, fn: AnyFunction) {
  const app = createFunction();
  for (const route of routesOf(fn)) {
    const checks = route.handlers.filter((_, index) => index < checksOf(route));
    const rest = route.handlers.slice(checks.length);
    const limit = bodyLimit({
      maxSize: MAX_REQUEST_BYTES,
      onError: payloadTooLarge(MAX_REQUEST_BYTES),
    });
    const bounds = route.method === 'POST' ? [limit] : [];
    const passedOn = route.path === NEVER_PASSED_ON ? [] : [...bounds, elsewhere(name)];
    for (const handler of [...checks, ...passedOn, ...rest]) {
      app.on(route.method, route.path, handler);
    }
  }
  return app;
}

/** How many handlers come first that check access or input. What reads a body is left to the function. */
function checksOf({ handlers }: Route): number {
  const first = handlers.findIndex((handler, index) => {
    const declared = declaredBy(handler);
    return index > 0 && (declared === undefined || declared.body !== undefined);
  });
  return first === -1 ? handlers.length : first;
}

function elsewhere(name: FunctionName): FunctionMiddleware {
  return async function elsewhere(c, next) {
    const base = c.get('services').configuration.router_config.function_urls[name];
    return base === undefined ? next() : callFunction(c, { name, base });
  };
}

interface Deployed {
  readonly name: FunctionName;
  readonly base: string;
}

async function callFunction(c: FunctionContext, deployed: Deployed): Promise<Response> {
  const { configuration, fetchFunction } = c.get('services');
  const { function_timeout_ms } = configuration.router_config;
  const log = c.get('log');
  const { method } = c.req;
  const hops = (c.req.header('via') ?? '').split(',');
  if (hops.some((hop) => ONE_OF_US.test(hop))) {
    throw new Problem(
      'proxy_loop',
      `The request came through a router already. Correct router_config.function_urls: ${deployed.name} ` +
        'must be where the function itself is deployed.',
    );
  }
  const url = urlAt(deployed.base, c);
  log.fields['function_url'] = new URL(deployed.base).origin;
  if (method === 'DELETE') log.level = 'WARNING';
  const headers = Object.fromEntries(
    [...c.req.raw.headers].filter(([name]) => TO_FUNCTION.test(name)),
  );
  const body = method === 'POST' ? await c.req.arrayBuffer() : null;
  const { signal } = c.req.raw;

  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), function_timeout_ms);
  try {
    const response = await log.upstream(
      fetchFunction(url, {
        method,
        // With If-None-Match, `fetch` adds no-cache where nothing is said: max-stale asks for nothing.
        headers: {
          'cache-control': 'max-stale',
          ...headers,
          'x-request-id': c.get('requestId'),
          via: VIA,
        },
        body,
        redirect: 'manual', // neither credentials nor a deletion follow a redirect
        signal: AbortSignal.any([signal, controller.signal]),
      }),
    );
    return await answerOf(c, deployed, response);
  } catch (err) {
    if (err instanceof Problem || signal.aborted) throw err;
    throw controller.signal.aborted
      ? failure(c, deployed, {
          code: 'function_timeout',
          what: `did not answer within ${function_timeout_ms} ms`,
        })
      : failure(c, deployed, {
          code: 'function_unavailable',
          what: 'cannot be reached',
          cause: err,
        });
  } finally {
    clearTimeout(timer);
  }
}

/** Path and query as they were sent. @throws Problem invalid_request when a URL would change the path */
function urlAt(base: string, c: FunctionContext): string {
  const url = base + c.req.path;
  // Dot segments, backslashes and control characters would lead to another path.
  if (!URL.canParse(url) || new URL(url).href !== url) {
    const detail = 'holds characters or segments that no URL may carry as they are';
    throw invalidRequest([{ parameter: 'path', detail }]);
  }
  const query = c.req.url.indexOf('?');
  return query === -1 ? url : url + c.req.url.slice(query);
}

async function answerOf(
  c: FunctionContext,
  deployed: Deployed,
  response: Response,
): Promise<Response> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  const text = await readText(response, MAX_ANSWER_BYTES).catch((err: unknown) => {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw new Problem('response_too_large', 'The list is too long to pass on: ask with page.');
  });
  const isProblem = type.startsWith('application/problem+json');
  // Errors of functions are problems: anything else comes from their platform, or from a stranger.
  if (status === 504 && !isProblem) {
    throw failure(c, deployed, { code: 'function_timeout', what: 'answered 504' });
  }
  const isAnswer = [200, 202].includes(status) && !isProblem && !type.includes('html');
  if (!isAnswer && status !== 304 && !(isProblem && status >= 400)) {
    throw failure(c, deployed, {
      code: 'function_unavailable',
      what: `answered ${status}, which is not its own answer`,
    });
  }
  const headers = [...response.headers].filter(([name]) => FROM_FUNCTION.test(name));
  return new Response(text === '' ? null : text, {
    status,
    headers: {
      ...Object.fromEntries(headers),
      'x-request-id': c.get('requestId'),
      'x-content-type-options': 'nosniff',
    },
  });
}

function failure(
  c: FunctionContext,
  { name }: Deployed,
  failed: { readonly code: ProblemCode; readonly what: string; readonly cause?: unknown },
): Problem {
  const detail = `The function ${name} ${failed.what}. Check its deployment and router_config.function_urls.`;
  const { code, cause } = failed;
  if (c.req.method !== 'DELETE') return new Problem(code, detail, { cause });
  return new Problem(
    code,
    `${detail} It is unknown whether it deleted anything: look before trying again.`,
    { cause, extras: { outcome: 'unknown' } },
  );
}
