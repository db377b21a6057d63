/**
 * A router in front of functions that are deployed elsewhere (`function_urls`): the endpoints named
 * there are called where they are, with what a function needs of the request and no more. Web standard.
 */
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { BodyTooLarge, readText } from './limited-body.ts';
import { invalidRequest, Problem, type ProblemCode } from './problem.ts';
import { readBody } from './webhooks/request-body.ts';

/** How this router signs what it passes on (RFC 9110, 7.6.3). */
const VIA = '1.1 image-api';
const ONE_OF_US = /^\s*\S+\s+image-api(?:\s|\(|$)/i;

/** What a function reads: none of it hop-by-hop, a cookie or a claim about where the request came from. */
const TO_FUNCTION =
  /^(?:authorization|accept|cache-control|content-type|if-[a-z-]+|webhook-(?:id|timestamp|signature))$/;
/** What functions answer with; what their platforms add stays there. */
const FROM_FUNCTION =
  /^(?:content-type|cache-control|vary|etag|age|link|x-total-count|retry-after|allow|www-authenticate)$/;

/** As much as a webhook takes. */
const MAX_REQUEST_BYTES = 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** The endpoint as a router serves it: by its function when that is deployed elsewhere. */
export function viaFunctionUrl(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    handle: (exchange) => {
      const urls: Readonly<Record<string, string | undefined>> =
        exchange.services.configuration.router_config.function_urls;
      const base = urls[endpoint.name];
      return base === undefined ? endpoint.handle(exchange) : callFunction(exchange, base);
    },
  };
}

async function callFunction(exchange: Exchange, base: string): Promise<Response> {
  const { request, requestId, services, endpoint } = exchange;
  const { function_timeout_ms } = services.configuration.router_config;
  const hops = (request.headers.get('via') ?? '').split(',');
  if (hops.some((hop) => ONE_OF_US.test(hop))) {
    throw new Problem(
      'proxy_loop',
      `The request came through a router already. Correct router_config.function_urls: ${endpoint.name} ` +
        'must be where the function itself is deployed.',
    );
  }
  const url = urlAt(base, exchange);
  exchange.fields['function_url'] = new URL(base).origin;
  if (request.method === 'DELETE') exchange.logLevel = 'WARNING';
  const headers = Object.fromEntries(
    [...request.headers].filter(([name]) => TO_FUNCTION.test(name)),
  );
  const body = request.method === 'POST' ? await readBody(request, MAX_REQUEST_BYTES) : null;

  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), function_timeout_ms);
  try {
    const fetchFunction = services.fetchFunction ?? fetch;
    const response = await exchange.upstream(
      fetchFunction(url, {
        method: request.method,
        // With If-None-Match, `fetch` adds no-cache where nothing is said: max-stale asks for nothing.
        headers: { 'cache-control': 'max-stale', ...headers, 'x-request-id': requestId, via: VIA },
        body,
        redirect: 'manual', // neither credentials nor a deletion follow a redirect
        signal: AbortSignal.any([exchange.signal, controller.signal]),
      }),
    );
    return await answerOf(exchange, response);
  } catch (err) {
    if (err instanceof Problem || exchange.signal.aborted) throw err;
    throw controller.signal.aborted
      ? failure(exchange, 'function_timeout', `did not answer within ${function_timeout_ms} ms`)
      : failure(exchange, 'function_unavailable', 'cannot be reached', err);
  } finally {
    clearTimeout(timer);
  }
}

/** Path and query as they were sent. @throws Problem invalid_request when a URL would change the path */
function urlAt(base: string, { path, request }: Exchange): string {
  const url = base + path;
  // Dot segments, backslashes and control characters would lead to another path.
  if (!URL.canParse(url) || new URL(url).href !== url) {
    const detail = 'holds characters or segments that no URL may carry as they are';
    throw invalidRequest([{ parameter: 'path', detail }]);
  }
  const query = request.url.indexOf('?');
  return query === -1 ? url : url + request.url.slice(query);
}

async function answerOf(exchange: Exchange, response: Response): Promise<Response> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  const text = await readText(response, MAX_ANSWER_BYTES).catch((err: unknown) => {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw new Problem('response_too_large', 'The list is too long to pass on: ask with page.');
  });
  const isProblem = type.startsWith('application/problem+json');
  // Errors of functions are problems: anything else was said by their platform, or by a stranger.
  if (status === 504 && !isProblem) throw failure(exchange, 'function_timeout', 'answered 504');
  const isAnswer = [200, 202].includes(status) && !isProblem && !type.includes('html');
  if (!isAnswer && status !== 304 && !(isProblem && status >= 400)) {
    throw failure(
      exchange,
      'function_unavailable',
      `answered ${status}, which is not its own answer`,
    );
  }
  const headers = [...response.headers].filter(([name]) => FROM_FUNCTION.test(name));
  return new Response(text === '' ? null : text, {
    status,
    headers: {
      ...Object.fromEntries(headers),
      'x-request-id': exchange.requestId,
      'x-content-type-options': 'nosniff',
    },
  });
}

function failure(exchange: Exchange, code: ProblemCode, what: string, cause?: unknown): Problem {
  const { endpoint, request } = exchange;
  const detail = `The function ${endpoint.name} ${what}. Check its deployment and router_config.function_urls.`;
  // Nobody knows how far it got.
  const deleting = request.method === 'DELETE';
  return new Problem(
    code,
    deleting
      ? `${detail} Whether it deleted anything is unknown: look before trying again.`
      : detail,
    { cause, ...(deleting && { extras: { outcome: 'unknown' } }) },
  );
}
