/** Requests as the events that AWS makes of them, and Lambda's answers. */
import type { LambdaAnswer, LambdaEvent } from '../../deploy/lambda/adapter.ts';
import { type Answer, answerOf, type Sent } from './answers.ts';

/** The event of a function URL, which keeps the path as it was sent. */
export function functionUrlEvent({ method, target, headers, body }: Sent): LambdaEvent {
  const [rawPath = '', rawQueryString = ''] = target.split(/\?(.*)/s);
  return {
    version: '2.0',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
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
  const { statusCode, headers, body } = JSON.parse(json) as LambdaAnswer;
  return answerOf(statusCode, Object.entries(headers), body);
}
