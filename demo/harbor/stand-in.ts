/**
 * A Harbor for the demo, the tests and the benchmarks: a plain Node request handler over a registry
 * in memory, which answers like the recorded ones behind their nginx, dangers included.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Caller, Logins } from './access.ts';
import { type Answer, apiError, nginxError } from './answer.ts';
import { answerApi } from './api.ts';
import type { FaultAnswer, Faults, RecordedCall } from './faults.ts';
import { closesAfter, route } from './nginx.ts';
import { type Outage, REDIS_DOWN } from './outage.ts';
import { PERSONALITIES, type PersonalityName } from './personality.ts';
import type { Registry } from './registry.ts';
import { writeAnswer } from './write.ts';

const CSRF_LIFETIME_S = 43_200;

export interface HarborStandInOptions {
  readonly registry: Registry;
  /** The Harbor version to be; default: v2.14.4. */
  readonly personality?: PersonalityName;
  /** Added to every answer: the network and Harbor's own work. */
  readonly latencyMs?: number;
  /** How long a wrong password takes and locks its account; Harbor has 1500. Default: 0, off. */
  readonly loginLockMs?: number;
  readonly faults?: Faults;
}

export interface HarborStandIn {
  /** For a server of the caller's own, for example one with TLS. */
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
  /** Listens on 127.0.0.1, by default on a free port. */
  listen(port?: number): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** All requests so far. A test may empty it. */
  readonly calls: RecordedCall[];
  readonly registry: Registry;
  /** A part of Harbor that is down; null: all is well. */
  outage: Outage | null;
}

/** Makes a stand-in; nothing listens until `listen` is called or `handler` is mounted. */
export function createHarborStandIn(options: HarborStandInOptions): HarborStandIn {
  const { registry, latencyMs = 0, loginLockMs = 0, faults } = options;
  const personality = PERSONALITIES[options.personality ?? 'v2.14.4'];
  const logins = new Logins(registry, loginLockMs);
  const calls: RecordedCall[] = [];

  const standIn: HarborStandIn = {
    handler: (req, res) => {
      const call = { method: req.method ?? 'GET', path: req.url ?? '/', headers: flatten(req) };
      calls.push(call);
      serve(call, { req, res }).catch((error: unknown) => res.destroy(toError(error)));
    },
    listen: (port = 0) => listen(standIn.handler, port),
    calls,
    registry,
    outage: null,
  };

  async function serve(
    call: RecordedCall,
    exchange: { readonly req: IncomingMessage; readonly res: ServerResponse },
  ): Promise<void> {
    const body = await readBody(exchange.req);
    const fault = faults?.(call) ?? {};
    const waitMs = latencyMs + (fault.delayMs ?? 0);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const honest =
      fault.answer === undefined || fault.carryOut ? await work(call, body, fault) : null;
    if (fault.hang) return;
    const answer = replace(honest, fault);
    writeAnswer(exchange.res, answer, { head: call.method === 'HEAD', cut: fault.cut ?? null });
  }

  /** The honest answer, with everything that nginx and Harbor's middleware put around it. */
  async function work(call: RecordedCall, body: string, fault: FaultAnswer): Promise<Answer> {
    const routed = route(call.method, call.path);
    if (routed.answer !== undefined) {
      return closesAfter(routed.answer) ? closing(routed.answer) : secured(routed.answer);
    }
    if (standIn.outage === 'core') return nginxError(502);
    if (routed.query.includes(';')) {
      return apiError(400, 'BAD_REQUEST', 'invalid semicolon separator in query');
    }
    const id = { 'X-Request-Id': call.headers['x-request-id'] ?? randomUUID() };
    if (standIn.outage === 'redis' && personality.needsRedis) return withHeaders(REDIS_DOWN, id);
    const early = beforeSession(call, routed.path);
    if (early !== null) return withHeaders(early, id);

    const unsafe = call.method !== 'GET' && call.method !== 'HEAD';
    const session = sessionHeaders(call);
    if (unsafe && session.isOld) {
      const refusal = apiError(403, 'FORBIDDEN', personality.csrfMessage);
      return withHeaders(refusal, { ...session.headers, ...id });
    }
    const caller: Caller = fault.anonymous
      ? null
      : await logins.identify(call.headers['authorization']);
    const header = (name: string) => call.headers[name];
    const state = { registry, personality, outage: standIn.outage };
    const answer = answerApi({ ...call, ...routed, header, body, caller }, state);
    const vary = session.isOld ? { Vary: 'Cookie' } : {};
    return secured(withHeaders(answer, { ...session.headers, ...vary, ...id }));
  }

  /** Read-only mode is looked up, in the database, before there is a session. */
  function beforeSession(call: RecordedCall, path: string): Answer | null {
    if (call.method === 'GET' || call.method === 'HEAD') return null;
    if (standIn.outage === 'database') return apiError(500, 'UNKNOWN', 'internal server error');
    if (!registry.readOnly || path === '/api/v2.0/configurations') return null;
    const message = 'The system is in read only mode. Any modification is prohibited.';
    return apiError(403, 'DENIED', message);
  }

  return standIn;
}

function replace(honest: Answer | null, fault: FaultAnswer): Answer {
  const answer = honest ?? { status: 200, headers: {}, body: '' };
  if (fault.answer !== undefined) return { status: 200, headers: {}, body: '', ...fault.answer };
  return fault.change === undefined ? answer : fault.change(answer);
}

/** A new session for each request, or the trouble that comes with sending an old one back. */
function sessionHeaders(call: RecordedCall): { isOld: boolean; headers: Record<string, string> } {
  const isOld = /(^|;\s*)sid=/.test(call.headers['cookie'] ?? '');
  if (!isOld) {
    const sid = `sid=${randomBytes(16).toString('hex')}; Path=/; HttpOnly`;
    return { isOld, headers: { 'Set-Cookie': sid } };
  }
  const token = randomBytes(64).toString('base64');
  const expires = new Date(Date.now() + CSRF_LIFETIME_S * 1000).toUTCString();
  const lifetime = `Expires=${expires}; Max-Age=${CSRF_LIFETIME_S}`;
  const cookie = `_gorilla_csrf=${token}; Path=/; ${lifetime}; HttpOnly; SameSite=Strict`;
  return { isOld, headers: { 'Set-Cookie': cookie, 'X-Harbor-Csrf-Token': token } };
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** nginx adds these to what worked. */
function secured(answer: Answer): Answer {
  if (answer.status !== 200 && answer.status !== 201) return answer;
  return withHeaders(answer, {
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': "frame-ancestors 'none'",
  });
}

function closing(answer: Answer): Answer {
  return withHeaders(answer, { Connection: 'close' });
}

function flatten(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function readBody(req: IncomingMessage): Promise<string> {
  if (
    req.headers['content-length'] === undefined &&
    req.headers['transfer-encoding'] === undefined
  ) {
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function listen(
  handler: HarborStandIn['handler'],
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  // nginx has larger header buffers than Node, and keeps idle connections longer.
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 75_000 }, handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${bound}`, close });
    });
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
