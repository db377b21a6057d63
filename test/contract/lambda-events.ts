/** Requests as the events that AWS makes of them, and Lambda's answers. */
import type { LambdaAnswer, LambdaEvent } from '../../deploy/lambda/adapter.ts';
import { type Answer, answerOf, type Sent, textOf } from './answers.ts';

/** The event of a function URL, which keeps the path as it was sent. */
export function functionUrlEvent({ method, target, headers, body }: Sent): LambdaEvent {
  const [rawPath = '', rawQueryString = ''] = target.split(/\?(.*)/s);
  const { Cookie, ...others } = headers;
  return {
    version: '2.0',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(others).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    ...(Cookie !== undefined && { cookies: Cookie.split('; ') }),
    requestContext: { http: { method } },
    ...(body !== undefined && { body: btoa(body) }),
    isBase64Encoded: body !== undefined,
  };
}

/** The event of an HTTP API, which decodes the path once; bodies of text come as they are. */
export function httpApiEvent(sent: Sent): LambdaEvent {
  const event = functionUrlEvent(sent);
  const decoded = event.rawPath.replace(/(%[\da-f]{2})+/gi, (escapes) => decodedOnce(escapes));
  const body = sent.body === undefined ? {} : { body: sent.body };
  return { ...event, rawPath: decoded, ...body, isBase64Encoded: false };
}

function decodedOnce(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes; // no UTF-8: passed on as it is
  }
}

/** The answer in a handler's JSON. */
export function answerOfLambda(json: string): Answer {
  const answer = JSON.parse(json) as LambdaAnswer;
  const { statusCode, headers, cookies = [], body, isBase64Encoded } = answer;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const all = [...Object.entries(headers), ...cookies.map((one) => ['set-cookie', one] as const)];
  return answerOf(statusCode, all, textOf(bytes, headers['content-encoding']));
}
