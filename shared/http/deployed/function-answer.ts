/** The answer to a client when a function that is deployed elsewhere has answered. */
import { BodyTooLarge, readLimitedText } from '../../values/limited-body.ts';
import { Problem } from '../../values/problem.ts';
import { PROBLEM_TYPE } from '../base/answer.ts';
import type { FunctionContext } from '../function.ts';
import { type Deployed, failure } from './function-failure.ts';
import { EVENTS, HTML, ownType, setOwnHeaders } from './own-headers.ts';
import { headersFrom } from './passed-headers.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * The answer of the function, with the headers that functions have.
 * @throws Problem function_unavailable, function_timeout or response_too_large
 */
export async function functionAnswer(
  c: FunctionContext,
  deployed: Deployed,
  response: Response,
): Promise<Response> {
  const { status } = response;
  const type = ownType(deployed.name, response.headers.get('content-type') ?? '');
  if (status === 200 && type === EVENTS) {
    // Sent on as it arrives: the timeout is for its beginning, and the client's signal ends it.
    return passOn(c, deployed, { response, body: response.body });
  }
  const text = await readLimitedText(response, MAX_ANSWER_BYTES).catch((err: unknown) => {
    if (!(err instanceof BodyTooLarge)) throw err;
    throw new Problem(
      'response_too_large',
      'The answer of the function is too large. Ask for a slice with page.',
    );
  });
  const isProblem = type === PROBLEM_TYPE;
  // /readyz is 503 without a problem document. A platform's own 503 does not repeat the request id.
  const isOwn = response.headers.get('x-request-id') === c.get('requestId');
  const isNotReady = deployed.name === 'health' && status === 503 && isOwn;
  const isExpected = status === 200 || status === 202 || isNotReady;
  const isAnswer = isExpected && !isProblem && type !== null && type !== HTML;
  const isPage = deployed.name === 'ui' && isOwn && isOfPages(response, type);
  if (isAnswer || isPage || status === 304 || (isProblem && status >= 400)) {
    return passOn(c, deployed, { response, body: text === '' ? null : text });
  }
  // A function's errors are problems. Any other error comes from its platform or another server.
  if (status === 504)
    throw failure(c, deployed, { code: 'function_timeout', what: 'answered 504' });
  throw failure(c, deployed, {
    code: 'function_unavailable',
    what: `answered ${status}, but not as a function of this service does`,
  });
}

/** Tells whether an answer is a page, of an error too, or a redirect to one. Pages of other servers have another policy. */
function isOfPages({ status, headers }: Response, type: string | null): boolean {
  if (status === 302 || status === 303) return /^\/(?!\/)/.test(headers.get('location') ?? '');
  return type === HTML && /^default-src 'none';/.test(headers.get('content-security-policy') ?? '');
}

function passOn(
  c: FunctionContext,
  { name }: Deployed,
  { response, body }: { response: Response; body: string | ReadableStream<Uint8Array> | null },
): Response {
  const headers = headersFrom(name, response.headers);
  setOwnHeaders(headers, { name, method: c.req.method, path: c.req.path });
  headers.set('x-request-id', c.get('requestId'));
  headers.set('x-content-type-options', 'nosniff');
  return new Response(body, { status: response.status, headers });
}
