/** One request to Harbor's API and its answer. A failure becomes a problem. */

import { type CallUnderWay, observeCall } from '../../../ports/tracing/upstream-calls.ts';
import { BodyTooLarge, readLimitedText } from '../../../values/limited-body.ts';
import { Problem } from '../../../values/problem.ts';
import { redactor } from '../../../values/redactor.ts';
import { type CallName, HarborProblem } from './failure.ts';
import type { CallOrigin, ResolvedOptions } from './options.ts';
import { type Refusal, refusalProblem } from './refusal.ts';
import { transportProblem } from './transport.ts';
import { harborUrl, pathTemplateOf } from './url.ts';

export interface HarborRequest extends CallName {
  readonly query?: Readonly<Record<string, string>>;
  /** An all-digit project in the path is a name, not an id (`X-Is-Resource-Name`). */
  readonly byName?: boolean;
  /** Media types, for a call of the registry's API. */
  readonly accept?: string;
  /** A token of the registry, in place of the login. */
  readonly bearer?: string;
  /** Ends the call early, but not what Harbor has received. */
  readonly signal?: AbortSignal;
  /** Shorter than the client's `timeoutMs`. */
  readonly timeoutMs?: number;
  /** Sends no login. */
  readonly anonymous?: true;
}

export interface HarborAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for HEAD and DELETE. */
  readonly body: unknown;
}

/** A page of a list: an artifact's attributes have no limit, so neither can be very strict. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** Harbor counts a manifest that it gives to any other user agent as a pull: `pull_time`, audit log, webhooks. */
const UNCOUNTED_AGENT = 'harbor-registry-client';
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** Sends one request. @throws Problem harbor_*, or the signal's reason */
export type Send = (base: string, request: HarborRequest) => Promise<HarborAnswer>;

/** Makes the sender of one session. */
export function createSender(options: ResolvedOptions, origin: CallOrigin): Send {
  const { username, password, settings, fetch, now, logger, startTimer } = options;
  const { requestId, calls = options.calls } = origin;
  const anonymous = username === '';
  const common: Readonly<Record<string, string>> = {
    Accept: 'application/json', // anything else is 422
    'User-Agent': 'image-api',
    'X-Request-Id': requestId,
  };
  const login = anonymous ? {} : { Authorization: basic(username, password) };

  function send(base: string, request: HarborRequest): Promise<HarborAnswer> {
    const { method, path, query, signal } = request;
    const url = harborUrl(base, path, query);
    const operation = pathTemplateOf(path);
    const isPage = query?.['page'] !== undefined;
    return observeCall(
      calls,
      { target: 'harbor', method, operation, url, isPage, signal },
      (call) => exchange(base, request, { url, call }),
    );
  }

  async function exchange(
    base: string,
    request: HarborRequest,
    { url, call }: { readonly url: string; readonly call: CallUnderWay },
  ): Promise<HarborAnswer> {
    const { method, path, signal } = request;
    const timeoutMs = Math.min(request.timeoutMs ?? Infinity, options.timeoutMs);
    const controller = new AbortController();
    let timedOut = false;
    const stopTimer = startTimer(timeoutMs, () => {
      timedOut = true;
      controller.abort();
    });
    const startedAtMs = now();
    let status: number | null = null;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          ...common,
          ...call.headers,
          ...(request.anonymous ? {} : login),
          ...(request.bearer === undefined ? {} : { Authorization: `Bearer ${request.bearer}` }),
          ...(request.byName ? { 'X-Is-Resource-Name': 'true' } : {}),
          ...(request.accept === undefined
            ? {}
            : { Accept: request.accept, 'User-Agent': UNCOUNTED_AGENT }),
        },
        redirect: 'manual', // credentials must not follow a redirect
        signal:
          signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
      });
      status = response.status;
      call.answered(status);
      return await read(base, request, response);
    } catch (err) {
      if (err instanceof Problem) throw err;
      if (signal?.aborted) throw signal.reason;
      if (!timedOut) throw transportProblem(request, err, { base, settings });
      const what = `Check the load of Harbor and of its database. No complete answer came within ${Math.ceil(timeoutMs)} ms.`;
      throw new HarborProblem(request, 'harbor_timeout', what, { facts: { slow: true } });
    } finally {
      stopTimer();
      if (logger.enabled('DEBUG')) {
        const ms = now() - startedAtMs;
        logger.log('DEBUG', 'harbor call', { request_id: requestId, method, path, status, ms });
      }
    }
  }

  async function read(
    base: string,
    request: HarborRequest,
    response: Response,
  ): Promise<HarborAnswer> {
    const { status, headers: received } = response;
    const bodyless = request.method === 'HEAD';
    const type = received.get('content-type') ?? '';
    const fine = status >= 200 && status < 300;
    if (fine && request.method === 'GET' && JSON_TYPE.test(type)) {
      const text = await readLimitedText(response, MAX_BODY_BYTES).catch((err: unknown) => {
        if (!(err instanceof BodyTooLarge)) throw err;
        const what = `Check any proxy in front of Harbor. ${err.message}.`;
        throw new HarborProblem(request, 'harbor_bad_response', what);
      });
      return { status, headers: received, body: parseJson(request, text, status) };
    }
    // If the body of an error cannot be read, its status is enough.
    const text = bodyless
      ? null
      : await readLimitedText(response, MAX_ERROR_BYTES).catch(() => null);
    if (request.accept !== undefined) {
      // Its 401 may be a lack of rights, and says nothing about the login.
      const what = `Check the right to pull. The registry answered ${status}.`;
      throw new HarborProblem(request, 'harbor_bad_response', what, { facts: { status } });
    }
    // HEAD and DELETE succeed without a body (an HTML page is not Harbor's success), and
    // Harbor's 404 to a HEAD is a valid answer.
    const answered =
      (fine && request.method !== 'GET' && !type.includes('html')) ||
      (bodyless && status === 404 && JSON_TYPE.test(type));
    if (answered) return { status, headers: received, body: null };
    const refusal = withoutLogin({ status, headers: received, text });
    throw refusalProblem(request, refusal, { base, anonymous, settings });
  }

  /** A proxy that echoes the request may echo the login, and problems quote the answer. */
  function withoutLogin({ status, headers: received, text }: Refusal): Refusal {
    const redact = redactor([password, `${username}:${password}`]);
    return {
      status,
      headers: new Headers([...received].map(([name, value]) => [name, redact(value)])),
      text: text && redact(text),
    };
  }

  return send;
}

function parseJson(call: CallName, text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = 'Check any proxy in front of Harbor. The answer is invalid JSON.';
    throw new HarborProblem(call, 'harbor_bad_response', what, { cause, facts: { status } });
  }
}

/** RFC 7617 with UTF-8, as Harbor expects. */
function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
