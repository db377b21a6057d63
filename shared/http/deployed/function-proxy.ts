/**
 * Calls functions that are deployed elsewhere (`function_urls`). They receive only the parts of the
 * request that a function reads (`hono/proxy` sends nearly all).
 */
import { bodyLimit } from 'hono/body-limit';
import { invalidRequest } from '../../ports/invalid-request.ts';
import { type CallUnderWay, observeCall } from '../../ports/tracing/upstream-calls.ts';
import type { FunctionName } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';
import { rawQuery } from '../base/connection.ts';
import { createFunction, type FunctionContext, type FunctionMiddleware } from '../function.ts';
import { payloadTooLarge } from '../input.ts';
import { type AnyFunction, isCheck, routesOf } from '../routes.ts';
import { functionAnswer } from './function-answer.ts';
import { type Deployed, failure } from './function-failure.ts';
import { headersTo } from './passed-headers.ts';

/** The router's name in the requests that it sends (RFC 9110, 7.6.3). */
const VIA = '1.1 image-api';
const OWN_VIA = /^\s*\S+\s+image-api(?:\s|\(|$)/i;

/** Answered locally: about this process, or only a redirect to the pages, or no page. */
const NEVER_PASSED_ON: readonly string[] = ['/livez', '/', '/ui/*'];

/** The limit of the largest webhook. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/**
 * The function as the router serves it. If `function_urls` has its URL, requests are sent to that URL
 * after access and input were checked here.
 */
export function viaFunctionUrl(name: FunctionName, fn: AnyFunction) {
  const app = createFunction();
  for (const route of routesOf(fn)) {
    // The function itself reads the body, so the checks end where a handler needs it.
    const firstOther = route.handlers.findIndex((handler) => !isCheck(handler));
    const checks = route.handlers.slice(0, firstOther);
    const rest = route.handlers.slice(firstOther);
    const passedOn = NEVER_PASSED_ON.includes(route.path)
      ? []
      : [boundDeployed(name), callDeployed(name, route.template)];
    for (const handler of [...checks, ...passedOn, ...rest]) {
      app.on(route.method, route.path, handler);
    }
  }
  return app;
}

/** Limits a body that is sent to another deployment. A function of this process has its own limit. */
function boundDeployed(name: FunctionName): FunctionMiddleware {
  const limit = bodyLimit({
    maxSize: MAX_REQUEST_BYTES,
    onError: payloadTooLarge(MAX_REQUEST_BYTES),
  });
  return function boundDeployed(c, next) {
    return urlOf(c, name) === undefined ? next() : limit(c, next);
  };
}

function callDeployed(name: FunctionName, template: string): FunctionMiddleware {
  return async function callDeployed(c, next) {
    const base = urlOf(c, name);
    return base === undefined ? next() : callFunction(c, { name, base, template });
  };
}

function urlOf(c: FunctionContext, name: FunctionName): string | undefined {
  return c.get('services').configuration.router_config.function_urls[name];
}

async function callFunction(c: FunctionContext, deployed: Deployed): Promise<Response> {
  const log = c.get('log');
  const { method } = c.req;
  const hops = (c.req.header('via') ?? '').split(',');
  if (hops.some((hop) => OWN_VIA.test(hop))) {
    throw new Problem(
      'proxy_loop',
      'The request has already passed through a router. Correct router_config.function_urls: the URL of ' +
        `${deployed.name} must be that of the function itself.`,
    );
  }
  const url = urlAt(deployed.base, c);
  log.fields['function_url'] = new URL(deployed.base).origin;
  if (method === 'DELETE') log.level = 'WARNING';
  const headers = headersTo(deployed.name, c.req.raw.headers);
  const body = method === 'POST' ? await c.req.arrayBuffer() : null;
  const { signal } = c.req.raw;
  const { template: operation } = deployed;
  const facts = { target: 'function', method, operation, url, signal } as const;
  return observeCall(c.get('trace'), facts, (call) =>
    sendToFunction(c, deployed, { call, url, init: { method, headers, body } }),
  );
}

async function sendToFunction(
  c: FunctionContext,
  deployed: Deployed,
  request: {
    readonly call: CallUnderWay;
    readonly url: string;
    readonly init: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: ArrayBuffer | null;
    };
  },
): Promise<Response> {
  const { configuration, fetchFunction } = c.get('services');
  const { function_timeout_ms } = configuration.router_config;
  const { call, url, init } = request;
  const { signal } = c.req.raw;
  // AbortSignal.timeout has a timer that would outlive the answer.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), function_timeout_ms);
  try {
    const response = await c.get('log').upstream(
      fetchFunction(url, {
        ...init,
        // `fetch` adds no-cache to If-None-Match if there is no Cache-Control. max-stale has no effect here.
        headers: {
          'cache-control': 'max-stale',
          ...init.headers,
          ...call.headers,
          'x-request-id': c.get('requestId'),
          via: VIA,
        },
        redirect: 'manual', // neither credentials nor a deletion may follow a redirect
        signal: AbortSignal.any([signal, controller.signal]),
      }),
    );
    call.answered(response.status);
    return await functionAnswer(c, deployed, response);
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

/** Path and query as they were sent. @throws Problem invalid_request if the URL parser changes the path */
function urlAt(base: string, c: FunctionContext): string {
  const url = base + c.req.path;
  // Dot segments, backslashes and control characters would result in another path.
  if (!URL.canParse(url) || new URL(url).href !== url) {
    const detail = 'contains characters or segments that a URL cannot contain unencoded';
    throw invalidRequest([{ parameter: 'path', detail }]);
  }
  return url + rawQuery(c);
}
