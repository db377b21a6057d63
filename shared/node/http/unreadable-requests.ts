/** Requests that cannot be passed to the app: not HTTP, or with a target or host that is not a valid URL. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '@hono/node-server';
import { type BareAnswer, bareAnswer } from '../../http/base/answer.ts';
import type { Logger } from '../../ports/logger.ts';
import { Problem } from '../../values/problem.ts';

/** Who learns of a request that did not reach the app. */
export interface RefusalObservers {
  readonly logger: Logger | undefined;
  /** Is called with the status of the answer. */
  readonly onUnreadable: ((status: number) => void) | undefined;
}

/** Answers, logs and counts a request that did not reach the app. */
export function refuseUnreadable(
  err: unknown,
  { logger, onUnreadable, peer }: RefusalObservers & { readonly peer: string | undefined },
): BareAnswer {
  const requestId = crypto.randomUUID();
  const problem = err instanceof RequestError ? badTarget(err) : err;
  const answer = bareAnswer(problem, '', requestId);
  onUnreadable?.(answer.status);
  const known = problem instanceof Problem;
  logger?.log(known ? 'INFO' : 'ERROR', 'a request that could not be read', {
    request_id: requestId,
    status: answer.status,
    peer,
    code: known ? problem.code : 'internal',
    ...(known ? { detail: problem.message } : { err }),
  });
  return answer;
}

/** The problem of a request that @hono/node-server refuses: a malformed target or Host header. */
function badTarget(err: RequestError): Problem {
  return new Problem(
    'invalid_request',
    `The request's target or Host is malformed: ${err.message}.`,
  );
}

/**
 * The problem of a request that Node's parser refuses.
 * @param err of Node's `clientError` event; only its code and message may be shown, because it contains the raw bytes
 */
export function notHttp(err: Error & { readonly code?: string }): Problem {
  const what: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: 'The request line and headers are larger than 16 KiB.',
    ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
  };
  const known = what[err.code ?? ''];
  return new Problem(
    'invalid_request',
    known ??
      `The request is not valid HTTP/1.1 (${err.message}). Percent-encode characters of the target that are not ASCII.`,
  );
}

/** Answers a request that does not reach the app, and closes its connection. */
export function refuse(
  outgoing: ServerResponse,
  problem: Problem,
  observers: RefusalObservers,
): void {
  const peer = outgoing.req.socket.remoteAddress;
  const { status, headers, body } = refuseUnreadable(problem, { ...observers, peer });
  const ends = { 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  // At once: the parser may find the next fault of the request before any other code runs.
  outgoing.writeHead(status, { ...headers, ...ends });
  outgoing.end(body);
}

/** Writes an answer to a connection whose input cannot be parsed further, and closes it. */
export function answerAndClose(socket: Duplex, { status, headers, body }: BareAnswer): void {
  const length = String(Buffer.byteLength(body));
  const lines = Object.entries({ ...headers, 'Content-Length': length, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  socket.end(`${head}${lines.join('')}\r\n${body}`, () => socket.destroy());
}
