/**
 * Runs an app on AWS Lambda: converts events of API Gateway's HTTP APIs and of function URLs (payload
 * format 2.0) to requests, and answers to results. Web standard, like the functions themselves.
 * `hono/aws-lambda` gives apps no `waitUntil`: what they defer would freeze with the process.
 */
import type { ExecutionContext } from 'hono';
import { bareProblem } from '../../shared/http/base/answer.ts';
import { Connection } from '../../shared/http/base/connection.ts';
import { Problem } from '../../shared/values/problem.ts';

/** The part of an event that is read. Headers with the same name are joined by commas; cookies are in a list. */
export interface LambdaEvent {
  readonly version: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export type LambdaAnswer = Awaited<ReturnType<typeof answerOf>>;

/** Lambda's limit for the answer of a synchronous invocation, with headers and escapes: 6 MB. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/** A Hono app. */
interface App {
  fetch(
    request: Request,
    connection: Connection,
    context: ExecutionContext,
  ): Response | Promise<Response>;
}

/** The `handler` export of a Lambda function. Deferred work is done before it answers. */
export function lambdaHandler(app: App): (event: LambdaEvent) => Promise<LambdaAnswer> {
  return async (event) => {
    if (event.version !== '2.0') throw new Error('only events of payload format 2.0 are supported');
    const { rawPath, rawQueryString, requestContext, body } = event;
    const { method } = requestContext.http;
    const headers = new Headers(event.headers);
    if (event.cookies !== undefined) headers.set('cookie', event.cookies.join('; '));
    // An HTTP API decodes the path, so it may contain characters that end the path of a URL.
    const path = rawPath.replace(/[?#\s]/g, encodeURIComponent);
    const target = rawQueryString === '' ? path : `${path}?${rawQueryString}`;
    const bytes = event.isBase64Encoded && body ? bytesOf(body) : (body ?? null);
    const init = { method, headers, body: /^(GET|HEAD)$/.test(method) ? null : bytes };
    const deferred: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>) => void deferred.push(promise);
    // The host has no meaning, because only the query is read from this URL.
    const request = new Request(`https://lambda.invalid${target}`, init);
    const response = await app.fetch(request, new Connection(target), {
      waitUntil,
      passThroughOnException: () => undefined,
      props: {},
    });
    await Promise.allSettled(deferred);
    const answer = await answerOf(response);
    const sizeBytes = new TextEncoder().encode(JSON.stringify(answer)).length;
    if (sizeBytes <= MAX_ANSWER_BYTES) return answer;
    const detail = `The answer has ${sizeBytes} bytes, but Lambda allows only ${MAX_ANSWER_BYTES}. Ask for a slice with page and page_size.`;
    const requestId = response.headers.get('x-request-id') ?? crypto.randomUUID();
    return answerOf(bareProblem(new Problem('response_too_large', detail), path, requestId));
  };
}

const bytesOf = (base64: string) =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function answerOf(response: Response) {
  const { status, headers: given } = response;
  const { 'set-cookie': _, ...headers } = Object.fromEntries(given);
  const cookies = given.getSetCookie();
  // Every answer of this service is UTF-8 text, but a page may be compressed.
  const isBase64Encoded = given.has('content-encoding');
  const body = isBase64Encoded
    ? base64Of(new Uint8Array(await response.arrayBuffer()))
    : await response.text();
  const setCookies = cookies.length > 0 && { cookies };
  return { statusCode: status, headers, ...setCookies, body, isBase64Encoded };
}

function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A call may have too many arguments.
  for (let start = 0; start < bytes.length; start += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return btoa(parts.join(''));
}
