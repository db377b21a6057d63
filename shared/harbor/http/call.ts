/** One call to Harbor's API, with its limits, its one retry and its failures as problems. */
import type { Services } from '../../endpoint.ts';
import { BodyTooLarge, readText } from '../../limited-body.ts';
import { redactor } from '../../log/redaction.ts';
import { Problem } from '../../problem.ts';
import { createLimit } from '../limit.ts';
import { type CallName, HarborProblem, isSlow } from './failure.ts';
import { type Refusal, refusalProblem } from './refusal.ts';
import { transportProblem } from './transport.ts';
import { harborUrl } from './url.ts';

export interface HarborRequest extends CallName {
  readonly query?: Readonly<Record<string, string>>;
  /** An all-digit project in the path is a name, not an id (`X-Is-Resource-Name`). */
  readonly byName?: boolean;
  /** Ends the call early; what was sent stays sent. */
  readonly signal?: AbortSignal;
  /** Ends the call while it waits for its turn, and not once it is sent. For calls without `signal`. */
  readonly unsentSignal?: AbortSignal;
  /** Shorter than harbor_timeout_ms. */
  readonly timeoutMs?: number;
  /**
   * Reads are asked once more for what may pass. `unless slow`: not for slowness once Harbor has
   * answered anything, since smaller pages help more.
   */
  readonly retry?: 'unless slow' | 'never';
}

export interface HarborAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for HEAD and DELETE. */
  readonly body: unknown;
  /** The first answer refused the login, the second took it. */
  readonly doubted: boolean;
}

/** What the calls of one client request share. */
export interface Caller {
  readonly services: Services;
  readonly anonymous: boolean;
  /** @throws Problem harbor_*, overloaded, unsupported_here; or the signal's reason */
  call(request: HarborRequest): Promise<HarborAnswer>;
  /** How often Harbor itself has answered so far: tells a slow list from a Harbor that hangs. */
  answers(): number;
}

/** A page of a list: an artifact's attributes have no limit, so neither can be very strict. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** A login stays locked for 1.5 s after a wrong password (facts, 2). */
const LOGIN_PAUSE_MS = 2000;
const OUTAGE_PAUSE_MS = 500;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** Makes the caller of one client request. Nothing of it outlives that request. */
export function createCaller(services: Services, requestId: string): Caller {
  const { harbor_config: config } = services.configuration;
  const limit = createLimit({ concurrency: config.harbor_concurrency });
  const anonymous = config.harbor_username === '';
  const headers: Readonly<Record<string, string>> = {
    Accept: 'application/json', // anything else is 422
    'User-Agent': 'image-api',
    'X-Request-Id': requestId,
    ...(anonymous ? {} : { Authorization: basic(config.harbor_username, config.harbor_password) }),
  };
  let answers = 0;

  async function once(base: string, request: HarborRequest): Promise<HarborAnswer> {
    const { method, path, query, signal } = request;
    const url = harborUrl(base, path, query);
    const { fetch, now } = services;
    const timeoutMs = Math.min(request.timeoutMs ?? Infinity, config.harbor_timeout_ms);
    const controller = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const startedAtMs = now();
    let status: number | null = null;
    try {
      const response = await fetch(url, {
        method,
        headers: request.byName ? { ...headers, 'X-Is-Resource-Name': 'true' } : headers,
        redirect: 'manual', // credentials never follow a redirect
        signal:
          signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
      });
      status = response.status;
      return { ...(await read(base, request, response)), doubted: false };
    } catch (err) {
      if (err instanceof Problem) throw err;
      if (signal?.aborted) throw signal.reason;
      if (!timedOut) throw transportProblem(request, err);
      const what = `no complete answer within ${timeoutMs} ms. Harbor or its database is slow or stuck.`;
      throw new HarborProblem(request, 'harbor_timeout', what, { facts: { slow: true } });
    } finally {
      clearTimeout(timer);
      if (services.logger.enabled('DEBUG')) {
        const ms = now() - startedAtMs;
        services.logger.log('DEBUG', 'harbor call', {
          request_id: requestId,
          method,
          path,
          status,
          ms,
        });
      }
    }
  }

  async function read(base: string, request: HarborRequest, response: Response) {
    const { status, headers: received } = response;
    const bodyless = request.method === 'HEAD';
    const type = received.get('content-type') ?? '';
    const fine = status >= 200 && status < 300;
    if (fine && request.method === 'GET' && JSON_TYPE.test(type)) {
      const text = await readText(response, MAX_BODY_BYTES).catch((err: unknown) => {
        if (!(err instanceof BodyTooLarge)) throw err;
        throw new HarborProblem(request, 'harbor_bad_response', `${err.message}.`);
      });
      answers++;
      return { status, headers: received, body: parseJson(request, text, status) };
    }
    // What cannot be read of an error's body is not worth more than its status.
    const text = bodyless ? null : await readText(response, MAX_ERROR_BYTES).catch(() => null);
    if (status !== 502 && status !== 503 && status !== 504) answers++;
    // HEAD and DELETE succeed without a body (an HTML page instead is somebody else's success), and
    // Harbor's 404 to a HEAD is the answer "there is none".
    const answered =
      (fine && request.method !== 'GET' && !type.includes('html')) ||
      (bodyless && status === 404 && JSON_TYPE.test(type));
    if (answered) return { status, headers: received, body: null };
    throw refusalProblem(request, withoutLogin({ status, headers: received, text }), {
      base,
      anonymous,
    });
  }

  /** A proxy that tells what it did not like may tell the login: problems quote what came back. */
  function withoutLogin({ status, headers: received, text }: Refusal): Refusal {
    const { harbor_username, harbor_password } = config;
    const redact = redactor([harbor_password, `${harbor_username}:${harbor_password}`]);
    return {
      status,
      headers: new Headers([...received].map(([name, value]) => [name, redact(value)])),
      text: text && redact(text),
    };
  }

  const limited = (base: string, request: HarborRequest): Promise<HarborAnswer> => {
    const { limitHarbor } = services;
    const work = () => once(base, request);
    const waiting = request.signal ?? request.unsentSignal;
    return limit(() => (limitHarbor === undefined ? work() : limitHarbor(work, waiting)), waiting);
  };

  return {
    services,
    anonymous,
    answers: () => answers,
    async call(request) {
      const base = reachable(services);
      try {
        return await limited(base, request);
      } catch (err) {
        const pauseMs = pauseBefore(request, err);
        const smallerHelps = request.retry === 'unless slow' && isSlow(err) && answers > 0;
        if (pauseMs === null || smallerHelps) throw err;
        await services.sleep(pauseMs, request.signal);
        return { ...(await limited(base, request)), doubted: pauseMs === LOGIN_PAUSE_MS };
      }
    },
  };
}

/** How long to wait before asking once more; null: never. A read only, and only what may pass. */
function pauseBefore({ method, retry }: HarborRequest, err: unknown): number | null {
  if (method === 'DELETE' || retry === 'never' || !(err instanceof HarborProblem)) return null;
  if (err.facts.transient === 'login') return LOGIN_PAUSE_MS;
  return err.facts.transient === 'outage' ? OUTAGE_PAUSE_MS : null;
}

/** The base URL, when Harbor is configured and this runtime can do what the configuration asks. */
function reachable({ configuration, tlsOptions }: Services): string {
  const { harbor_host, verify_ssl, ca_file } = configuration.harbor_config;
  if (harbor_host === null) {
    throw new Problem(
      'harbor_not_configured',
      'Set harbor_config.harbor_host (and harbor_username, harbor_password) to your Harbor.',
    );
  }
  if (
    tlsOptions !== true &&
    harbor_host.startsWith('https:') &&
    (!verify_ssl || ca_file !== null)
  ) {
    throw new Problem(
      'unsupported_here',
      `This runtime cannot honour harbor_config.${verify_ssl ? 'ca_file' : 'verify_ssl'}. ` +
        'Give Harbor a certificate of a public authority, or run the service on Node.',
    );
  }
  return harbor_host;
}

function parseJson(call: CallName, text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = 'Harbor answered JSON that does not parse.';
    throw new HarborProblem(call, 'harbor_bad_response', what, { cause, facts: { status } });
  }
}

/** RFC 7617 with UTF-8, which is what Harbor reads. */
function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
